import { Command, InvalidArgumentError } from 'commander';
import { exitCodeHelp, type ExitCode } from '../exit-codes.ts';
import { programHelp, streamingOptions } from '../program/streaming-options.ts';
import type { WatchFlags } from './actions/watch.ts';
import type { LogFlags } from './actions/logs.ts';
import type { SubmitFlags } from './actions/submit.ts';
import type { ClusterFlags } from './cluster.ts';
import { inputHelp } from './submit/inputs.ts';

/** What each command does; its code is loaded when it is called. */
export interface PluginActions {
  submit(words: readonly string[], flags: SubmitFlags): Promise<ExitCode>;
  get(name: string | undefined, flags: ClusterFlags & { json?: boolean }): Promise<ExitCode>;
  watch(name: string, flags: WatchFlags): Promise<ExitCode>;
  logs(name: string, flags: LogFlags): Promise<ExitCode>;
  cat(name: string, flags: ClusterFlags): Promise<ExitCode>;
  verify(name: string, flags: ClusterFlags): Promise<ExitCode>;
  cancel(name: string, flags: ClusterFlags): Promise<ExitCode>;
  scale(name: string, flags: ClusterFlags & { workers: number }): Promise<ExitCode>;
  explain(name: string, flags: ClusterFlags & { all?: boolean }): Promise<ExitCode>;
}

/** All commands of `kubectl mapreduce`; docs/kubectl.md is held against it. */
export function definePlugin(
  actions: PluginActions,
  onExitCode: (code: ExitCode) => void,
): Command {
  const acting =
    <A extends unknown[]>(action: (...args: A) => Promise<ExitCode>) =>
    async (...args: A) =>
      onExitCode(await action(...args));
  const root = new Command('kubectl mapreduce')
    .description('Submit MapReduceJobs to a cluster, and look after them')
    .helpOption('-h, --help', 'print help')
    .helpCommand(false)
    .usage('COMMAND [options]')
    .addHelpText('after', `\n${exitCodeHelp}`)
    .exitOverride();
  const command = (name: string, description: string) =>
    root
      .command(name)
      .description(description)
      .option('-n, --namespace <namespace>', "default: the context's")
      .option('--context <name>', 'of the kubeconfig')
      .option('--kubeconfig <file>', 'default: as kubectl finds it');
  const ofJob = (name: string, description: string) =>
    command(name, description).argument('<name>', 'of the job');

  const submit = command('submit', 'make a job of a program and inputs')
    .usage(
      '[options] PROGRAM INPUT...\n       kubectl mapreduce submit [options] --mapper COMMAND INPUT...',
    )
    .argument('[program]', programHelp)
    .argument('[input...]', inputHelp)
    .option('--name <name>', "of the job (default: the program's and six letters)");
  for (const option of streamingOptions) submit.addOption(option);
  submit
    .option('-o, --output <where>', 'volume or pvc:CLAIM/PATH')
    .option('--reducers <n>', 'partitions, and so parts', count)
    .option('--workers <n>', 'worker pods', count)
    .option('--slots <n>', 'tasks that a worker runs at once', count)
    .option('--split-size <size>', 'bytes of input a map')
    .option('--memory <size>', "bound of a task's buffers")
    .option('--skip-bad-records <n>', 'bad records to leave out', count)
    .option('--dry-run', 'print the resource, and send nothing')
    .option('--watch', 'wait for the end, as watch does')
    .action(
      acting((program: string | undefined, inputs: string[], flags: SubmitFlags) =>
        actions.submit(program === undefined ? [] : [program, ...inputs], flags),
      ),
    );
  command('get', 'list jobs, or tell all about one')
    .argument('[name]', 'of the job')
    .option('--json', 'print the resources, one a line')
    .action(
      acting((name: string | undefined, flags: ClusterFlags & { json?: boolean }) =>
        actions.get(name, flags),
      ),
    );
  ofJob('watch', 'show a job while it runs; its end is the exit code')
    .option('--json', 'print one event a line, as JSON')
    .option('--quiet', 'print errors alone')
    .action(acting((name: string, flags: WatchFlags) => actions.watch(name, flags)));
  ofJob('logs', "print the logs of a job's pods")
    .option('-f, --follow', 'go on as they grow')
    .option('--tail <n>', 'the last lines of each alone', count)
    .option('--pod <name>', 'of this pod alone')
    .option('--failed', 'warnings and errors alone')
    .option('--task <task>', 'what concerns one task alone: map-3, reduce-0')
    .action(acting((name: string, flags: LogFlags) => actions.logs(name, flags)));
  ofJob('cat', "print a job's output in order").action(
    acting((name: string, flags: ClusterFlags) => actions.cat(name, flags)),
  );
  ofJob('verify', "prove a job's output whole").action(
    acting((name: string, flags: ClusterFlags) => actions.verify(name, flags)),
  );
  ofJob('cancel', 'end a job for good').action(
    acting((name: string, flags: ClusterFlags) => actions.cancel(name, flags)),
  );
  ofJob('scale', 'give a job more workers, or fewer')
    .requiredOption('--workers <n>', 'how many it is to have', count)
    .action(
      acting((name: string, flags: ClusterFlags & { workers: number }) =>
        actions.scale(name, flags),
      ),
    );
  ofJob('explain', 'say why a job waits, is slow or failed, and what to do')
    .option('--all', 'everything that was found, the likeliest first')
    .action(
      acting((name: string, flags: ClusterFlags & { all?: boolean }) =>
        actions.explain(name, flags),
      ),
    );
  return root;
}

/** Bounds are the schema's. */
function count(text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('expected a whole number');
}
