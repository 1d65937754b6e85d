import { describeProgram, runMap, runReduce, runSample, toBase64 } from '@mapreduce/engine';
import type { AnyJob, EnginePorts, MapRun } from '@mapreduce/engine';
import type { ExecutorCommand, Plan, Progress, Result, Split } from '@mapreduce/protocol';
import {
  nodeCodec,
  nodeDigest,
  nodeDisk,
  nodeSyncDisk,
  NodeTransport,
  NodeWeb,
} from '@mapreduce/service/node';
import { openSource, type RangeSource } from '@mapreduce/storage';

type LoadCommand = Extract<ExecutorCommand, { kind: 'load' }>;
type RunCommand = Extract<ExecutorCommand, { kind: 'run' }>;

const ports: EnginePorts = { disk: nodeSyncDisk, codec: nodeCodec, digest: nodeDigest };

/** Runs tasks of one loaded program, one at a time. */
export class TaskRunner {
  readonly #load: LoadCommand;
  /** What the program exports. */
  readonly #exported: unknown;
  readonly #sources: Parameters<typeof openSource>[1];

  constructor(load: LoadCommand, exported: unknown) {
    const { address, token } = load.coordinator;
    this.#load = load;
    this.#exported = exported;
    this.#sources = {
      disk: nodeDisk,
      web: new NodeWeb(),
      transport: new NodeTransport({ worker: token }),
      coordinator: address,
    };
  }

  /** Throws `ProgramError`, `InputError`, `DiskError` or `FormatError`. */
  async run(command: RunCommand, onProgress: (progress: Progress) => void): Promise<Result> {
    const { task } = command;
    switch (task.kind) {
      case 'describe':
        return { kind: 'describe', description: describeProgram(this.#exported) };
      case 'sample': {
        const keys = await this.#withSource(command, task.split, onProgress, (run) =>
          runSample(run, task.records, ports),
        );
        return { kind: 'sample', keys: keys.map(toBase64) };
      }
      case 'map':
        return this.#withSource(command, task.split, onProgress, (run) => runMap(run, ports));
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
          ports,
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
    onProgress: (progress: Progress) => void,
    use: (run: MapRun) => Promise<T>,
  ): Promise<T> {
    const plan = planOf(command);
    const source: RangeSource = await openSource(split, this.#sources);
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
