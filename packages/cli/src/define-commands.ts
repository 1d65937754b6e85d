import { readFileSync } from 'node:fs';
import { Command, InvalidArgumentError, Option } from 'commander';
import { jobLimits, parseSize } from '@mapreduce/protocol/plain';
import { processLimits, type RunFlags } from './commands/run-options.ts';
import { exitCodeHelp, type ExitCode } from './exit-codes.ts';
import type { StreamingFlags } from './program/streaming.ts';
import { programHelp, streamingOptions } from './program/streaming-options.ts';
import { parseDuration } from './values/duration.ts';

/** What a command does; each loads its code when it is called. */
export interface Actions {
  run(words: readonly string[], flags: RunFlags & StreamingFlags): Promise<ExitCode>;
  verify(directory: string | undefined): Promise<ExitCode>;
  cat(directory: string | undefined): Promise<ExitCode>;
  examples(): Promise<ExitCode>;
  generate(options: { records: number; output: string }): Promise<ExitCode>;
  validate(directory: string): Promise<ExitCode>;
  demo(options: { output?: string }): Promise<ExitCode>;
}

/** A parser of commander's from one of ours that throws `Error`. */
function checked<T>(parse: (text: string) => T): (text: string) => T {
  return (text) => {
    try {
      return parse(text);
    } catch (error) {
      throw new InvalidArgumentError(error instanceof Error ? error.message : String(error));
    }
  };
}

/** Parses a whole number; that it lies within the limits is checked with all other options. */
const count = ({ min, max }: { readonly min: number; readonly max: number }) =>
  checked((text) => {
    if (/^\d{1,15}$/.test(text)) return Number(text);
    throw new Error(`expected a whole number from ${min} to ${max}`);
  });

/** Where an unset variable was to name it, the empty name would mean the working directory. */
const directoryName = checked((text) => {
  if (text !== '') return text;
  throw new Error('expected the name of a directory');
});

type Acting = <A extends unknown[]>(
  action: (...args: A) => Promise<ExitCode>,
) => (...args: A) => Promise<void>;

/** An option whose default the help shows as it would be typed. */
function shown(
  flags: string,
  description: string,
  parse: (text: string) => number,
  standard: string,
): Option {
  return new Option(flags, description)
    .argParser(checked(parse))
    .default(parse(standard), standard);
}

/** All commands with their flags; docs/cli.md is held against it. */
export function defineCommands(actions: Actions, onExitCode: (code: ExitCode) => void): Command {
  const acting: Acting =
    (action) =>
    async (...args) =>
      onExitCode(await action(...args));
  const root = new Command('mapreduce')
    .description('Fault-tolerant MapReduce on one machine, on several, or on Kubernetes')
    .version(ownVersion(), '--version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .helpCommand(false)
    .usage('COMMAND [options]')
    .addHelpText('after', `\n${exitCodeHelp}`)
    .configureHelp({ sortOptions: false })
    .exitOverride();
  defineRun(root, actions, acting);
  defineOutputs(root, actions, acting);
  defineTerasort(root, actions, acting);
  defineRoles(root);
  root
    .command('demo', { hidden: true })
    .description('count the words of a real book, and explain what happened')
    .option('-o, --output <dir>', 'output directory (default: a new one for temporary files)')
    .action(acting((options: { output?: string }) => actions.demo(options)));
  return root;
}

function ownVersion(): string {
  // Both src/ and dist/ lie beside it.
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

function defineRun(root: Command, actions: Actions, acting: Acting): void {
  const run = root
    .command('run')
    .description('run a program on a cluster of processes on this machine')
    .usage('[options] PROGRAM INPUT...\n       mapreduce run [options] --mapper COMMAND INPUT...')
    .argument('[program]', programHelp)
    .argument('[input...]', 'files, directories, globs, http(s) URLs')
    .requiredOption('-o, --output <dir>', 'where the parts go: empty or absent', directoryName);
  for (const option of streamingOptions) run.addOption(option);
  run
    .option(
      '--reducers <n>',
      'partitions, and so parts (default: one a slot)',
      count(jobLimits.reducers),
    )
    .option(
      '--workers <n>',
      'worker processes (default: one a processor, from 2 to 8; for small inputs one at first)',
      count(processLimits),
    )
    .option('--slots <n>', 'tasks that a worker runs at once', count(processLimits), 1)
    .addOption(shown('--split-size <size>', 'bytes of input a map', parseSize, '64Mi'))
    .addOption(shown('--memory <size>', "bound of a task's buffers", parseSize, '512Mi'))
    .addOption(
      shown(
        '--task-timeout <duration>',
        'how long a task may neither read nor emit a record',
        parseDuration,
        '10m',
      ),
    )
    .option(
      '--skip-bad-records <n>',
      'bad records to leave out and write aside before the job fails',
      count(jobLimits.skipBadRecords),
      jobLimits.skipBadRecords.default,
    )
    .addOption(
      new Option('--format <format>', 'of intermediate files')
        .choices(['binary', 'json'])
        .default('binary'),
    )
    .option('--overwrite', 'replace the output of an earlier job')
    .option('--keep', 'keep the directory with logs and intermediate files')
    .option('--json', 'print one event a line, as JSON')
    .option('--quiet', 'print errors alone')
    .addOption(new Option('--no-fsync', 'do not wait for the disk').hideHelp())
    .action(
      acting((program: string | undefined, inputs: string[], flags: RunFlags & StreamingFlags) =>
        actions.run(program === undefined ? [] : [program, ...inputs], flags),
      ),
    );
}

function defineOutputs(root: Command, actions: Actions, acting: Acting): void {
  root
    .command('verify')
    .description('prove an output whole: parts, commit records, digests, counts of records')
    .argument('[dir]', 'output directory of a job (default: $MAPREDUCE_OUTPUT)')
    .action(acting((directory: string | undefined) => actions.verify(directory)));
  root
    .command('cat')
    .description('print the parts of an output in order')
    .argument('[dir]', 'output directory of a job (default: $MAPREDUCE_OUTPUT)')
    .action(acting((directory: string | undefined) => actions.cat(directory)));
  root
    .command('examples')
    .description('list the examples, and how to run each')
    .action(acting(() => actions.examples()));
}

function defineTerasort(root: Command, actions: Actions, acting: Acting): void {
  root
    .command('generate')
    .helpCommand(false)
    .description('make input data')
    .command('teragen')
    .description("records of 100 bytes with Hadoop's TeraGen keys, to be sorted")
    .requiredOption('--records <n>', 'how many', count({ min: 0, max: Number.MAX_SAFE_INTEGER }))
    .requiredOption('-o, --output <dir>', 'where the files go: empty or absent', directoryName)
    .action(acting((options: { records: number; output: string }) => actions.generate(options)));
  root
    .command('validate')
    .helpCommand(false)
    .description('check output data')
    .command('terasort')
    .description('check that the parts are in order, and print their checksum')
    .argument('<dir>', 'output directory of a terasort')
    .action(acting((directory: string) => actions.validate(directory)));
}

const ports = { min: 0, max: 65_535 };
const generations = { min: 1, max: 999_999 };

/** Their flags are read in `roles/`; here they are for the help. */
function defineRoles(root: Command): void {
  root
    .command('coordinator')
    .description('run the coordinator of one job')
    .option(
      '--config <file>',
      'its configuration (JSON); - is the first line of standard input, at whose end it cancels the job',
    )
    .option('--job <file>', 'instead: the job of a cluster (JSON), as the operator mounts it')
    .option(
      '--generation <n>',
      'with --job: how many coordinators the job has had',
      count(generations),
    )
    .option('--port <n>', 'with --job: where it listens (default: 7070)', count(ports))
    .option('--metrics-port <n>', 'with --job: serve metrics and probes there', count(ports));
  root
    .command('worker')
    .description('run a worker of a coordinator')
    .requiredOption('--coordinator <url>', 'where the coordinator listens')
    .requiredOption('--token-file <file>', "the file with the coordinator's worker token")
    .option('--slots <n>', 'tasks that it runs at once', count(processLimits), 1)
    .option(
      '--directory <dir>',
      'its own directory; what an earlier life left there is offered (default: a temporary one)',
    )
    .option(
      '--host <address>',
      'where it listens for other workers (default: as it reaches the coordinator)',
    )
    .option('--port <n>', 'of that address; 0 takes a free one', count(ports), 0)
    .option(
      '--grace <duration>',
      'what it may take, once told to leave, to finish and to hand over',
      '90s',
    )
    .option(
      '--stay',
      "wait for the coordinator as long as it takes, and at the job's end until told to go",
    )
    .option('--metrics-port <n>', 'serve metrics and probes there', count(ports));
}
