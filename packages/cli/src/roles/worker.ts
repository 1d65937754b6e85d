import { leaveSignals, nodeLog } from '@mapreduce/service/node';
import { runWorker } from '@mapreduce/worker/node';
import { CliError } from '../exit-codes.ts';
import { exitWith } from '../report-error.ts';
import { duration, readFlags, required, wholeNumber } from './flags.ts';
import { endGroup, readParent } from './parent-pipe.ts';

/** A worker that is to leave may take a day. */
const maxGraceMs = 86_400_000;

/** `mapreduce worker`. */
export function worker(args: readonly string[], entry: string): Promise<void> {
  return exitWith(() => run(args, entry));
}

async function run(args: readonly string[], entry: string): Promise<number> {
  const flags = readFlags('worker', args, {
    coordinator: { type: 'string' },
    'token-file': { type: 'string' },
    slots: { type: 'string', default: '1' },
    directory: { type: 'string' },
    host: { type: 'string' },
    port: { type: 'string', default: '0' },
    grace: { type: 'string', default: '90s' },
  });
  const address = required('worker', 'coordinator', flags.coordinator);
  const graceMs = duration('grace', flags.grace, maxGraceMs);
  const settings = {
    tokenFile: required('worker', 'token-file', flags['token-file']),
    slots: wholeNumber('slots', flags.slots, 1, 1_024),
    port: wholeNumber('port', flags.port, 0, 65_535),
    ...(flags.directory !== undefined && { directory: flags.directory }),
    ...(flags.host !== undefined && { host: flags.host }),
  };
  const { drain, leave } = leaveSignals();
  return runWorker({
    ...settings,
    ...(address === '-'
      ? { coordinator: fromParent(), onRegistered: tellParent }
      : { coordinator: checkedUrl(address) }),
    executorArgs: [entry, 'executor'],
    log: nodeLog({ level: 'info', process: 'worker' }),
    signal: leave,
    drain: { signal: drain, graceMs },
  });
}

/** A worker of `mapreduce run`: it hears where the coordinator listens, and ends with the command. */
async function fromParent(): Promise<string> {
  const { message, orphaned } = await readParent();
  orphaned.addEventListener('abort', endGroup);
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
