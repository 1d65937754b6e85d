import type { JobStatus } from '@mapreduce/protocol';
import { CliError, exitCodes, type ExitCode } from '../exit-codes.ts';
import { jobExitCode } from '../job-exit-code.ts';
import { watchInterrupts } from '../local/interrupts.ts';
import { makeRunDirectory, type RunDirectory } from '../local/run-directory.ts';
import { runLocalJob, type LocalJob, type Watch } from '../local/run-job.ts';
import { checkOutput, readByJob } from '../program/check-output.ts';
import { findInputs } from '../program/find-inputs.ts';
import { findProgram } from '../program/find-program.ts';
import { isSmall } from '../program/is-small.ts';
import { programAndInputs, refuseSkipping, type StreamingFlags } from '../program/streaming.ts';
import { chooseView } from '../view/choose-view.ts';
import { reportEnd } from './report-end.ts';
import { runOptions, type RunFlags, type RunOptions } from './run-options.ts';

/** Runs a job here and now. Returns the command's exit code; throws `CliError`. */
export async function run(
  entry: string,
  words: readonly string[],
  flags: RunFlags & StreamingFlags,
): Promise<ExitCode> {
  const options = runOptions(flags);
  const { commands, program, inputs } = programAndInputs(words, flags);
  if (commands !== undefined) refuseSkipping(options.skipBadRecords);
  const found = findInputs(inputs);
  const job: LocalJob = {
    entry,
    program: commands === undefined ? findProgram(program) : { kind: 'streaming', commands },
    inputs: found,
    ...{ output: options.output, overwrite: options.overwrite },
    ...{ workers: options.workers, slots: options.slots },
    // Who asks for a number of workers wants to see them.
    isSmall: flags.workers === undefined && isSmall(found),
    settings: {
      reducers: options.reducers,
      splitSize: options.splitSize,
      memory: options.memory,
      taskTimeoutMs: options.taskTimeout,
      skipBadRecords: options.skipBadRecords,
      format: options.format,
      // The classic format is there to be read.
      // Segments stay on this machine: to compress them costs more than it saves.
      compression: 'none',
      fsync: options.fsync,
      backupTasks: true,
    },
  };
  const programFile = job.program.kind === 'file' ? job.program.path : undefined;
  checkOutput(options, readByJob(found, programFile));
  const directory = makeRunDirectory();
  let kill: () => void = () => undefined;
  // Until the last file has gone: what a signal cuts short stays.
  const interrupts = watchInterrupts(() => {
    kill();
    process.stderr.write(
      `error: ended before all was taken back: see what lies in ${options.output} and ${directory.path}\n`,
    );
    process.exit(exitCodes.cancelled);
  });
  try {
    const onStarted = (end: () => void) => (kill = end);
    const status = await shown(job, directory, options, { interrupts, onStarted });
    const exitCode = jobExitCode(status);
    const logs = cleanUp(directory, options, exitCode);
    reportEnd(status, options, { entry, logs });
    return exitCode;
  } catch (error) {
    const code = error instanceof CliError ? error.exitCode : exitCodes.failed;
    const logs = cleanUp(directory, options, code);
    if (logs === undefined) throw error;
    const message = error instanceof Error ? error.message : String(error);
    throw new CliError(`${message}\nThe logs of all processes are in ${logs}`, code);
  } finally {
    interrupts.stop();
  }
}

/** Runs the job under the user's eyes and hands. */
async function shown(
  job: LocalJob,
  directory: RunDirectory,
  options: RunOptions,
  hands: Omit<Watch, 'view'>,
): Promise<JobStatus> {
  const view = chooseView(options, process.stdout, process.env);
  try {
    return await runLocalJob(job, directory, { view, ...hands });
  } finally {
    view.close();
  }
}

/** Removes what nobody needs any more. Returns where the logs are if they may be of use. */
function cleanUp(
  directory: RunDirectory,
  { keep }: RunOptions,
  exitCode: ExitCode,
): string | undefined {
  if (keep) return directory.logs;
  const useful =
    exitCode === exitCodes.failed ||
    exitCode === exitCodes.timedOut ||
    exitCode === exitCodes.connectionLost;
  if (useful) directory.keepLogs();
  else directory.remove();
  return useful ? directory.logs : undefined;
}
