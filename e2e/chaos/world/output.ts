import { readdirSync } from 'node:fs';
import { succeed } from '../../local/support/command.ts';
import { parts } from '../../local/support/output.ts';
import { expectedParts, type JobShape } from './job.ts';

/**
 * Throws unless a directory holds exactly the parts of a sequential run, byte for byte, and
 * `mapreduce verify` proves them.
 */
export async function checkOutput(directory: string, shape: JobShape): Promise<void> {
  const expected = expectedParts(shape).map((content, partition) => ({
    name: `part-${String(partition).padStart(5, '0')}`,
    content: Buffer.from(content),
  }));
  const names = readdirSync(directory).sort();
  const wanted = ['_SUCCESS', '_mapreduce', ...expected.map(({ name }) => name)].sort();
  if (names.join() !== wanted.join()) {
    throw new Error(`the output holds ${names.join(', ')} and should hold ${wanted.join(', ')}`);
  }
  for (const { name, content } of parts(directory)) {
    const due = expected.find((part) => part.name === name)?.content;
    if (due === undefined || !content.equals(due)) {
      throw new Error(
        `WRONG OUTPUT: ${name} differs from the sequential run\n` +
          `is:     ${content.toString().slice(0, 2_000)}\nshould: ${String(due).slice(0, 2_000)}`,
      );
    }
  }
  await succeed(['verify', directory]);
}
