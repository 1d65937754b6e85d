import type { JobSettings, ProgramDescription, StreamingCommands } from '@mapreduce/protocol';
import type { Commands } from '@mapreduce/service';
import { ProgramError } from '../tasks.ts';
import type { Role } from './run-command.ts';

const roles: readonly Role[] = ['mapper', 'combiner', 'reducer'];

/** Says what a streaming program is. Throws `ProgramError` where it cannot be run. */
export function describeStreaming(
  program: StreamingCommands,
  settings: JobSettings,
  commands: Commands,
): ProgramDescription {
  if (settings.skipBadRecords > 0) {
    throw new ProgramError(
      'bad records cannot be skipped with streaming commands: nobody knows on which line a command ' +
        'failed; let the command pass over such lines',
    );
  }
  for (const role of roles) {
    const name = program[role]?.command[0];
    if (name === undefined || commands.find(name) !== undefined) continue;
    throw new ProgramError(
      `the ${role}: there is no program ${JSON.stringify(name)} that may be executed ` +
        (name.includes('/') ? 'on this worker' : "on this worker's PATH"),
    );
  }
  return {
    reader: { kind: 'lines' },
    writer: { kind: 'text' },
    map: 'block',
    combine: program.combiner !== undefined,
    reduce: program.reducer !== undefined,
    partition: { kind: 'hash' },
    order: [],
    sideEffects: program.sideEffects,
    deterministic: !program.nondeterministic,
  };
}
