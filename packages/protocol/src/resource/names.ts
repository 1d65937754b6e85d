import * as z from 'zod';

/** The API group, and the prefix of all labels and annotations. */
export const group = 'mapreduce.dev';
export const version = 'v1alpha1';
export const apiVersion = `${group}/${version}`;
export const kind = 'MapReduceJob';
export const plural = 'mapreducejobs';

/** Longer names would leave no room for what is added to them: `NAME-coordinator-999999`. */
export const longestJobName = 40;

/** Name of another object in the job's namespace. */
export const objectNameSchema = z
  .string()
  .min(1)
  .max(253)
  .regex(/^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/, 'expected the name of an object, such as my-data');

/** A key of a ConfigMap. */
export const configMapKeySchema = z
  .string()
  .min(1)
  .max(253)
  .regex(/^[-._a-zA-Z0-9]+$/, 'expected a key of a ConfigMap: letters, digits, ., _ and -');

/** A path inside a volume: relative, and it may not climb out. */
export const volumePathSchema = z
  .string()
  .max(1_024)
  .regex(
    /^(?:[^/.][^/]*|\.[^/.][^/]*)(?:\/(?:[^/.][^/]*|\.[^/.][^/]*))*$|^$/,
    'expected a relative path with no .. in it',
  );

export const imageSchema = z
  .string()
  .min(1)
  .max(512)
  .regex(/^[^\s]+$/, 'expected an image such as registry.example/team/program:1.0');

const expectedUrl = 'expected a URL such as https://example.com/data.txt';

export const httpUrlSchema = z
  .string()
  .max(4_096)
  .regex(/^https?:\/\/[^\s]+$/, { error: expectedUrl, abort: true })
  .refine((text) => URL.canParse(text), expectedUrl);
