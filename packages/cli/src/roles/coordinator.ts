import { readFileSync } from 'node:fs';
import { runCoordinator, StartError, type CoordinatorOutcome } from '@mapreduce/coordinator/node';
import { coordinatorConfigSchema, type CoordinatorConfig } from '@mapreduce/protocol';
import { nodeLog, shutdownSignal } from '@mapreduce/service/node';
import { CliError, exitCodes, type ExitCode } from '../exit-codes.ts';
import { jobExitCode } from '../job-exit-code.ts';
import { checkApart, readByJob } from '../program/check-output.ts';
import { exitWith } from '../report-error.ts';
import { readFlags, required } from './flags.ts';
import { readParent } from './parent-pipe.ts';

/** `mapreduce coordinator`. */
export function coordinator(args: readonly string[]): Promise<void> {
  return exitWith(() => run(args));
}

async function run(args: readonly string[]): Promise<ExitCode> {
  const flags = readFlags('coordinator', args, { config: { type: 'string' } });
  const file = required('coordinator', 'config', flags.config);
  const { config, signal } = file === '-' ? await fromParent() : fromFile(file);
  try {
    const outcome = await runCoordinator(config, {
      log: nodeLog({ level: 'info', process: 'coordinator' }),
      announce: (line) => void process.stdout.write(`${line}\n`),
      signal,
    });
    return exitCodeOf(outcome);
  } catch (error) {
    if (error instanceof StartError) throw new CliError(`coordinator: ${error.message}`);
    throw error;
  }
}

interface Given {
  readonly config: CoordinatorConfig;
  readonly signal: AbortSignal;
}

/** The coordinator of `mapreduce run`: when that has gone, it cancels the job and ends. */
async function fromParent(): Promise<Given> {
  const { message, orphaned } = await readParent();
  return {
    config: checked('standard input', message),
    signal: AbortSignal.any([shutdownSignal(), orphaned]),
  };
}

function fromFile(file: string): Given {
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new CliError(`--config ${file}: cannot be read as JSON: ${reason}`);
  }
  const config = checked(`--config ${file}`, content);
  checkApart(config.output.directory, readByJob(config.inputs, config.programFile));
  return { config, signal: shutdownSignal() };
}

function checked(where: string, content: unknown): CoordinatorConfig {
  const parsed = coordinatorConfigSchema.safeParse(content);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map(
    ({ path, message }) => `  ${path.length === 0 ? '(whole file)' : path.join('.')}: ${message}`,
  );
  throw new CliError(`${where}: not a configuration\n${faults.join('\n')}`);
}

function exitCodeOf(outcome: CoordinatorOutcome): ExitCode {
  return outcome.state === 'stopped' ? exitCodes.cancelled : jobExitCode(outcome);
}
