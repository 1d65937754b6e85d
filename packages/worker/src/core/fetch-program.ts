import type { Program } from '@mapreduce/protocol';
import { joinPath } from '@mapreduce/service';
import { toHex } from '@mapreduce/storage';
import { UnfitError } from './errors.ts';
import type { Worker } from './worker.ts';

/** The coordinator sends nothing for so long: the connection is given up, and made anew. */
const silenceMs = 10_000;

/**
 * Brings the program's module to this worker's disk and checks that it is the one the job names.
 * Returns its path; nothing for a program that is no module.
 */
export async function fetchProgram(
  { client, ports, options }: Worker,
  program: Program,
  signal: AbortSignal,
): Promise<string | undefined> {
  if (program.kind !== 'module') return undefined;
  const path = joinPath(options.directory, `program-${program.sha256}.mjs`);
  await client.bulk(
    'program',
    () => ({}),
    async ({ chunks }) => {
      await ports.disk.remove(path);
      const file = await ports.disk.create(path);
      try {
        const hash = ports.digest.start();
        for await (const chunk of chunks) {
          hash.update(chunk);
          await file.append(chunk);
        }
        const found = toHex(hash.digest());
        if (found === program.sha256) return;
        throw new UnfitError(
          `program ${program.name}: the coordinator sent a module with sha256 ${found}, but the job names ${program.sha256}`,
        );
      } finally {
        await file.close();
      }
    },
    { timeoutMs: silenceMs, signal },
  );
  return path;
}
