import {
  ProgramError,
  describeProgram,
  describeStreaming,
  runMap,
  runReduce,
  runSample,
  runStreamingMap,
  runStreamingReduce,
  toBase64,
} from '@mapreduce/engine';
import type { AnyJob, MapRun, OnProgress, ReduceRun, StreamingPorts } from '@mapreduce/engine';
import type {
  ExecutorCommand,
  Plan,
  ProgramDescription,
  Result,
  Split,
  StreamingCommands,
} from '@mapreduce/protocol';
import { openSource, type RangeSource, type SourcePorts } from '@mapreduce/storage';

type LoadCommand = Extract<ExecutorCommand, { kind: 'load' }>;
type RunCommand = Extract<ExecutorCommand, { kind: 'run' }>;

/** What tasks need of the world. */
export interface TaskPorts {
  readonly engine: StreamingPorts;
  readonly sources: SourcePorts;
}

/** Runs tasks of one loaded program, one at a time. */
export class TaskRunner {
  readonly #load: LoadCommand;
  /** What the program exports. */
  readonly #exported: unknown;
  readonly #ports: TaskPorts;

  constructor(load: LoadCommand, exported: unknown, ports: TaskPorts) {
    this.#load = load;
    this.#exported = exported;
    this.#ports = ports;
  }

  /** Throws `ProgramError`, `InputError`, `DiskError` or `FormatError`. */
  async run(command: RunCommand, onProgress: OnProgress): Promise<Result> {
    const { task } = command;
    switch (task.kind) {
      case 'describe':
        return { kind: 'describe', description: this.#describe() };
      case 'sample': {
        const keys = await this.#withSource(command, task.split, onProgress, (run) =>
          runSample({ ...run, job: this.#job }, task.records, this.#ports.engine),
        );
        return { kind: 'sample', keys: keys.map(toBase64) };
      }
      case 'map':
        return this.#withSource(command, task.split, onProgress, (run) => this.#map(run, command));
      case 'reduce':
        return this.#reduce(
          {
            settings: this.#load.settings,
            plan: planOf(command),
            partition: task.partition,
            segments: command.segments ?? [],
            directory: command.directory,
            outputDirectory: expected(command.outputDirectory, 'outputDirectory'),
            consumed: expected(command.consumed, 'consumed'),
            onProgress,
          },
          command,
        );
    }
  }

  #describe(): ProgramDescription {
    const commands = this.#commands;
    const { settings } = this.#load;
    if (commands !== undefined) {
      return describeStreaming(commands, settings, this.#ports.engine.commands);
    }
    try {
      return describeProgram(this.#exported);
    } catch (error) {
      if (!(error instanceof ProgramError)) throw error;
      throw new ProgramError(`${settings.program.name}: ${error.message}`, { cause: error.cause });
    }
  }

  #map(run: Omit<MapRun, 'job'>, { attempt }: RunCommand): Promise<Result> {
    const { engine } = this.#ports;
    const commands = this.#commands;
    if (commands === undefined) return runMap({ ...run, job: this.#job }, engine);
    return runStreamingMap({ ...run, commands, attempt }, engine);
  }

  async #reduce(run: Omit<ReduceRun, 'job'>, { attempt }: RunCommand): Promise<Result> {
    const { engine } = this.#ports;
    const commands = this.#commands;
    if (commands === undefined) return runReduce({ ...run, job: this.#job }, engine);
    return runStreamingReduce({ ...run, commands, attempt }, engine);
  }

  /** The program was described before anything else was leased: it is a job. */
  get #job(): AnyJob {
    return this.#exported as AnyJob;
  }

  /** The program, where it is one of commands. */
  get #commands(): StreamingCommands | undefined {
    const { program } = this.#load.settings;
    return program.kind === 'streaming' ? program.commands : undefined;
  }

  async #withSource<T>(
    command: RunCommand,
    split: Split,
    onProgress: OnProgress,
    use: (run: Omit<MapRun, 'job'>) => Promise<T>,
  ): Promise<T> {
    const plan = planOf(command);
    const source: RangeSource = await openSource(split, this.#ports.sources);
    try {
      return await use({
        settings: this.#load.settings,
        plan,
        split,
        source,
        directory: command.directory,
        onProgress,
      });
    } finally {
      await source.close();
    }
  }
}

function planOf(command: RunCommand): Plan {
  return expected(command.plan, 'plan');
}

function expected<T>(value: T | undefined, field: string): T {
  if (value === undefined) throw new Error(`the supervisor's command lacks ${field}`);
  return value;
}
