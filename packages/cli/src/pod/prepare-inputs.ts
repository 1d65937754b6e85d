import { isUtf8 } from 'node:buffer';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { PreparationError } from '@mapreduce/coordinator/node';
import type { Input } from '@mapreduce/protocol';
import { parseSize } from '@mapreduce/protocol/plain';
import type { JobInput } from '@mapreduce/protocol/resource';
import type { PodDirectories } from './pod-directories.ts';

/** The coordinator's inputs, in the order of the job's. Throws `PreparationError`. */
export function prepareInputs(inputs: readonly JobInput[], directories: PodDirectories): Input[] {
  return inputs.flatMap((input, index) => prepareInput(input, index, directories));
}

function prepareInput(input: JobInput, index: number, directories: PodDirectories): Input[] {
  const field = `inputs[${index}]`;
  const mounted = join(directories.inputs, String(index));
  if ('sample' in input) return [{ kind: 'path', path: directories.sample, shared: false }];
  if ('text' in input) return [{ kind: 'text', text: input.text.value, name: `${field}.text` }];
  if ('http' in input) return [{ kind: 'http', url: input.http.url }];
  if ('generated' in input) {
    const { generated } = input;
    if ('teragen' in generated) {
      const { records } = generated.teragen;
      return [{ kind: 'generated', data: { kind: 'teragen', records } }];
    }
    const { seed, size } = generated.words;
    return [{ kind: 'generated', data: { kind: 'words', bytes: parseSize(size), seed } }];
  }
  if ('pvc' in input) {
    const { claimName, path } = input.pvc;
    const place = join(mounted, path);
    if (existsSync(place)) return [{ kind: 'path', path: place, shared: true }];
    throw new PreparationError(
      'input',
      `${field}.pvc.path: there is no ${path === '' ? 'volume' : path} in claim ${claimName}`,
    );
  }
  return configMapInputs(input.configMap, field, mounted);
}

/** The values by content: where they are mounted anew, they have other times. */
function configMapInputs(
  { name, key }: { readonly name: string; readonly key?: string | undefined },
  field: string,
  mounted: string,
): Input[] {
  const keys = keysIn(mounted);
  if (key !== undefined && !keys.includes(key)) {
    throw new PreparationError(
      'input',
      `${field}.configMap.key: ConfigMap ${name} has no key ${key}`,
    );
  }
  return (key === undefined ? keys : [key]).map((chosen): Input => {
    const path = join(mounted, chosen);
    const bytes = readFileSync(path);
    return isUtf8(bytes)
      ? { kind: 'text', text: bytes.toString('utf8'), name: `${name}/${chosen}` }
      : { kind: 'path', path, shared: false };
  });
}

/** A mounted ConfigMap also has `..data` and the like, through which it changes in one step. */
function keysIn(mounted: string): string[] {
  if (!existsSync(mounted)) return [];
  return readdirSync(mounted)
    .filter((name) => !name.startsWith('..') && statSync(join(mounted, name)).isFile())
    .sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
}
