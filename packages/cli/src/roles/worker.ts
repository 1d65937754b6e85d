import { killCommands, leaveSignals, nodeLog } from '@mapreduce/service/node';
import { commandNotes } from '@mapreduce/worker/command-notes';
import { letHeapGrow, runWorker, type WorkerSettings } from '@mapreduce/worker/node';
import { CliError } from '../exit-codes.ts';
import { exitWith } from '../report-error.ts';
import { duration, readFlags, required, wholeNumber } from './flags.ts';
import { endGroup, readParent } from './parent-pipe.ts';

/** A worker that is to leave may take a day. */
const maxGraceMs = 86_400_000;

/** What watches a worker from outside. */
export interface WorkerWatch extends Pick<WorkerSettings, 'onRegistered' | 'watch'> {
  /** The worker has ended. */
  readonly onOver: () => Promise<void>;
}

/** `mapreduce worker`. */
export function worker(args: readonly string[], entry: string): Promise<void> {
  return exitWith(() => run(args, entry));
}

/** `mapreduce worker` under the eyes of what `open` makes; it is given the port of `--metrics-port`. */
export function watchedWorker(
  args: readonly string[],
  entry: string,
  open: (port: number, slots: number) => Promise<WorkerWatch>,
): Promise<void> {
  return exitWith(() => run(args, entry, open));
}

async function run(
  args: readonly string[],
  entry: string,
  open?: (port: number, slots: number) => Promise<WorkerWatch>,
): Promise<number> {
  const flags = readFlags('worker', args, {
    coordinator: { type: 'string' },
    'token-file': { type: 'string' },
    slots: { type: 'string', default: '1' },
    directory: { type: 'string' },
    host: { type: 'string' },
    port: { type: 'string', default: '0' },
    grace: { type: 'string', default: '90s' },
    stay: { type: 'boolean', default: false },
    'metrics-port': { type: 'string', default: '0' },
  });
  const address = required('worker', 'coordinator', flags.coordinator);
  const graceMs = duration('grace', flags.grace, maxGraceMs);
  const settings = {
    tokenFile: required('worker', 'token-file', flags['token-file']),
    slots: wholeNumber('slots', flags.slots, 1, 1_024),
    port: wholeNumber('port', flags.port, 0, 65_535),
    stay: flags.stay,
    ...(flags.directory !== undefined && { directory: flags.directory }),
    ...(flags.host !== undefined && { host: flags.host }),
  };
  const metricsPort = wholeNumber('metrics-port', flags['metrics-port'], 0, 65_535);
  letHeapGrow();
  const { drain, leave } = leaveSignals();
  const watch = await open?.(metricsPort, settings.slots);
  try {
    return await runWorker({
      ...settings,
      ...(address === '-'
        ? { coordinator: fromParent(flags.directory), onRegistered: tellParent }
        : { coordinator: checkedUrl(address) }),
      executorArgs: [entry, 'executor'],
      log: nodeLog({ level: 'info', process: 'worker' }),
      signal: leave,
      drain: { signal: drain, graceMs },
      ...watch,
    });
  } finally {
    await watch?.onOver();
  }
}

/** A worker of `mapreduce run`: it hears where the coordinator listens, and ends with the command. */
async function fromParent(directory: string | undefined): Promise<string> {
  const { message, orphaned } = await readParent();
  orphaned.addEventListener('abort', () => {
    // They are in no group of this process.
    if (directory !== undefined) killCommands(commandNotes(directory));
    endGroup();
  });
  return checkedUrl((message as { readonly coordinator: string }).coordinator);
}

/** The first line is that it is up; the others are dropped. */
function tellParent(): void {
  process.stdout.write('{"registered":true}\n');
}

function checkedUrl(text: string): string {
  if (URL.canParse(text) && /^https?:/.test(text)) return text;
  throw new CliError(`--coordinator ${text}: expected a URL such as http://10.0.0.1:7000`);
}
