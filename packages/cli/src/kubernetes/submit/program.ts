import type { ProgramSource } from '@mapreduce/protocol/resource';
import { CliError } from '../../exit-codes.ts';
import { bundleForCluster } from '../../program/bundle.ts';
import { findProgram } from '../../program/find-program.ts';

const mostSourceBytes = 262_144;

/**
 * A built-in by its name, or a file with all that it imports as one text, which the coordinator
 * bundles with its own SDK. Throws `CliError`.
 */
export async function readProgram(text: string): Promise<ProgramSource> {
  const program = findProgram(text);
  if (program.kind === 'builtin') return { builtin: { name: program.name } };
  const source = await bundleForCluster(program.path);
  const bytes = Buffer.byteLength(source);
  if (bytes <= mostSourceBytes) return { inline: { source } };
  throw new CliError(
    `program ${text}: ${bytes} bytes with what it imports do not fit into a resource (${mostSourceBytes}); ` +
      'put it into an image built from the coordinator image, and name it as program.module',
  );
}
