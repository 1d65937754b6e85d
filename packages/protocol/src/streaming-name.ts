import type { StreamingCommands } from './streaming.ts';

/** What streaming commands go by: the programs alone, as in a pipeline. */
export function streamingName({ mapper, combiner, reducer }: StreamingCommands): string {
  return [mapper, combiner, reducer]
    .flatMap((one) => one?.command[0] ?? [])
    .map((path) => path.slice(path.lastIndexOf('/') + 1))
    .join(' | ')
    .slice(0, 256);
}
