import type { Value } from './values.ts';

/**
 * How bytes of input become records. A reader is data, so that a job's description can travel as
 * JSON; the engine holds the code that reads each kind. `Record` is a phantom that types `map`.
 */
export type ReaderDescription =
  | { readonly kind: 'lines'; readonly maxLength?: number }
  | { readonly kind: 'file' }
  | { readonly kind: 'ndjson'; readonly maxLength?: number }
  | { readonly kind: 'fixed'; readonly length: number };

declare const recordType: unique symbol;

/** A reader whose records have type `Record`. */
export type Reader<Record> = ReaderDescription & { readonly [recordType]?: Record };

/** A whole input file as one record. */
export interface WholeFile {
  /** The input's name as the user gave it. */
  readonly file: string;
  readonly bytes: Uint8Array;
}

/**
 * Text lines, without their end (`\n` or `\r\n`); a last line needs no end. Invalid UTF-8 becomes
 * U+FFFD. `maxLength` is in bytes; a longer line is a bad record, which fails the job with its
 * file and offset unless it may be skipped. So is a line over a quarter of the job's memory.
 */
export function lines(options: { readonly maxLength?: number } = {}): Reader<string> {
  return { kind: 'lines', ...options };
}

/** One record a file, of an empty file too; such inputs are never cut. */
export function wholeFile(): Reader<WholeFile> {
  return { kind: 'file' };
}

/**
 * One JSON text a line; blank lines are passed over. A line that does not parse is a bad record,
 * which fails the job with its file and offset unless it may be skipped.
 */
export function ndjson<Record = Value>(
  options: { readonly maxLength?: number } = {},
): Reader<Record> {
  return { kind: 'ndjson', ...options };
}

/** Binary records of `length` bytes; an input that is not a multiple of it fails the job. */
export function fixed(length: number): Reader<Uint8Array> {
  return { kind: 'fixed', length };
}
