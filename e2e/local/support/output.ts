import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Names and contents of all parts, in name order. */
export function parts(directory: string): { name: string; content: Buffer }[] {
  return readdirSync(directory)
    .filter((name) => name.startsWith('part-'))
    .sort()
    .map((name) => ({ name, content: readFileSync(join(directory, name)) }));
}

/** sha256 over names and contents of all parts: equal for byte-identical outputs. */
export function outputDigest(directory: string): string {
  const hash = createHash('sha256');
  for (const { name, content } of parts(directory)) {
    hash.update(`${name} ${content.length}\n`).update(content);
  }
  return hash.digest('hex');
}

/** Every line of every part, sorted by bytes: comparable across numbers of reducers. */
export function sortedLines(directory: string): string[] {
  return parts(directory)
    .flatMap(({ content }) => content.toString('utf8').split('\n').slice(0, -1))
    .map((line) => Buffer.from(line))
    .sort((a, b) => Buffer.compare(a, b))
    .map((line) => line.toString('utf8'));
}

export function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}
