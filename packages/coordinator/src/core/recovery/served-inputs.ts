import type { Input } from '@mapreduce/protocol';
import type { Digest } from '@mapreduce/service';
import { InputError, toHex, type ListedInput } from '@mapreduce/storage';
import type { JournaledInput } from './restored-state.ts';

/**
 * The inputs of a journal's plan, with what the coordinator serves of them found again: files by
 * their names, inline text by its digest, which is its version. Throws `InputError` where a text is
 * no longer in the configuration. Whether a file has changed is seen when it is read.
 */
export function servedInputs(
  listed: readonly JournaledInput[],
  configured: readonly Input[],
  digest: Digest,
): ListedInput[] {
  const texts = new Map<string, Uint8Array>();
  for (const input of configured) {
    if (input.kind !== 'text') continue;
    const bytes = new TextEncoder().encode(input.text);
    texts.set(toHex(digest.of(bytes)), bytes);
  }
  return listed.map((input) => {
    if (input.source.kind !== 'coordinator') return input;
    // A file's version is no digest: it has a space in it.
    const bytes = texts.get(input.version);
    if (bytes !== undefined) return { ...input, served: { kind: 'text', bytes } };
    if (input.version.includes(' '))
      return { ...input, served: { kind: 'path', path: input.name } };
    throw new InputError(`input ${input.name}: has changed since the job was planned`);
  });
}
