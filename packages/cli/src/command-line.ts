import { CommanderError } from 'commander';
import { outputDirectory } from './commands/output-directory.ts';
import { defineCommands, type Actions } from './define-commands.ts';
import { exitCodes } from './exit-codes.ts';
import { exitWith } from './report-error.ts';
import { watchStandardOutput } from './standard-output.ts';

/** Parses the command line and does what it says. */
export function commandLine(entry: string, argv: readonly string[]): Promise<void> {
  return exitWith(async () => {
    const written = watchStandardOutput();
    const exitCode = await run(entry, argv);
    if (exitCode === exitCodes.done) await written();
    return exitCode;
  });
}

async function run(entry: string, argv: readonly string[]): Promise<number> {
  let exitCode: number = exitCodes.done;
  const actions = lazyActions(entry);
  const command = defineCommands(actions, (code) => (exitCode = code));
  try {
    await command.parseAsync(argv);
    return exitCode;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    // Help and version are no errors; all else that commander throws is a fault of usage.
    return error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
  }
}

function lazyActions(entry: string): Actions {
  return {
    run: async (...args) => (await import('./commands/run.ts')).run(entry, ...args),
    verify: async (directory) =>
      (await import('./commands/verify.ts')).verify(outputDirectory(directory, process.env)),
    cat: async (directory) =>
      (await import('./commands/cat.ts')).cat(outputDirectory(directory, process.env)),
    examples: async () => (await import('./commands/examples.ts')).listExamples(),
    generate: async (options) => (await import('./commands/generate.ts')).generateTeragen(options),
    validate: async (directory) =>
      (await import('./commands/validate.ts')).validateTerasort(directory),
    demo: async (options) => (await import('./commands/demo.ts')).demo(entry, options),
  };
}
