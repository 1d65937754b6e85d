import { describeProgram, runMap, runReduce, runSample, toBase64 } from '@mapreduce/engine';
import type { AnyJob, EnginePorts, MapRun, OnProgress } from '@mapreduce/engine';
import type { ExecutorCommand, Plan, Result, Split } from '@mapreduce/protocol';
import { openSource, type RangeSource, type SourcePorts } from '@mapreduce/storage';

type LoadCommand = Extract<ExecutorCommand, { kind: 'load' }>;
type RunCommand = Extract<ExecutorCommand, { kind: 'run' }>;

/** What tasks need of the world. */
export interface TaskPorts {
  readonly engine: EnginePorts;
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
        return { kind: 'describe', description: describeProgram(this.#exported) };
      case 'sample': {
        const keys = await this.#withSource(command, task.split, onProgress, (run) =>
          runSample(run, task.records, this.#ports.engine),
        );
        return { kind: 'sample', keys: keys.map(toBase64) };
      }
      case 'map':
        return this.#withSource(command, task.split, onProgress, (run) =>
          runMap(run, this.#ports.engine),
        );
      case 'reduce':
        return runReduce(
          {
            job: this.#job,
            settings: this.#load.settings,
            plan: planOf(command),
            partition: task.partition,
            segments: command.segments ?? [],
            directory: command.directory,
            outputDirectory: expected(command.outputDirectory, 'outputDirectory'),
            consumed: expected(command.consumed, 'consumed'),
            onProgress,
          },
          this.#ports.engine,
        );
    }
  }

  /** The program was described before anything else was leased: it is a job. */
  get #job(): AnyJob {
    return this.#exported as AnyJob;
  }

  async #withSource<T>(
    command: RunCommand,
    split: Split,
    onProgress: OnProgress,
    use: (run: MapRun) => Promise<T>,
  ): Promise<T> {
    const plan = planOf(command);
    const source: RangeSource = await openSource(split, this.#ports.sources);
    try {
      return await use({
        job: this.#job,
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
