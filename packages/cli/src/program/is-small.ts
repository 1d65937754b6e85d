import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Input } from '@mapreduce/protocol';

/** One worker reads so much sooner than a second one has started, in bytes. */
const smallBytes = 8 * 2 ** 20;
/** More files than that are not looked at: to ask for their sizes would take time itself. */
const fewFiles = 256;

/**
 * Whether the inputs are known to be so small that a second worker would come too late. What cannot be
 * looked at is not known; who reads it says why.
 */
export function isSmall(inputs: readonly Input[]): boolean {
  let [bytes, files] = [0, 0];
  const look = (path: string): boolean => {
    const status = statSync(path, { throwIfNoEntry: false });
    if (status?.isDirectory() === true) {
      return readdirSync(path).every((name) => look(join(path, name)));
    }
    files += 1;
    bytes += status?.size ?? 0;
    return files <= fewFiles && bytes <= smallBytes;
  };
  try {
    return inputs.every((input) => input.kind === 'path' && look(input.path));
  } catch {
    return false;
  }
}
