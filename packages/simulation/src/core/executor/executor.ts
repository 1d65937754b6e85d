import { TaskRunner, describeError } from '@mapreduce/worker';
import type { ExecutorCommand, ExecutorReport, Task } from '@mapreduce/protocol';
import type { SyncDisk } from '@mapreduce/service';
import { noCommands, type SeededRandom } from '@mapreduce/service/virtual';
import type { SourcePorts } from '@mapreduce/storage';
import { programs, type ProgramName } from '../workload/programs.ts';
import type { SimulatedProcess } from '../world/process.ts';
import type { World } from '../world/world.ts';

type LoadCommand = Extract<ExecutorCommand, { kind: 'load' }>;
type RunCommand = Extract<ExecutorCommand, { kind: 'run' }>;

/** How long an executor is busy with a task, in virtual milliseconds. */
export type BusyMs = (task: Task, random: SeededRandom) => number;

/** How an executor reaches the world. */
export interface ExecutorPorts {
  readonly disk: SyncDisk;
  readonly sources: SourcePorts;
}

export interface SimulatedExecutorOptions {
  readonly world: World;
  readonly process: SimulatedProcess;
  readonly random: SeededRandom;
  readonly busyMs: BusyMs;
  readonly ports: ExecutorPorts;
  readonly report: (report: ExecutorReport) => void;
}

/** To load a program takes up to so long. */
const loadMs = 3;

/** What an executor process does, in virtual time: the production code that runs tasks. */
export class SimulatedExecutor {
  readonly #options: SimulatedExecutorOptions;
  #runner: TaskRunner | undefined;
  /** Commands are obeyed one after the other. */
  #busy: Promise<void> = Promise.resolve();

  constructor(options: SimulatedExecutorOptions) {
    this.#options = options;
  }

  obey(command: ExecutorCommand): void {
    this.#busy = this.#busy.then(() =>
      command.kind === 'load' ? this.#load(command) : this.#run(command),
    );
  }

  async #load(command: LoadCommand): Promise<void> {
    const { world, ports, random, report } = this.#options;
    await this.#passTime(random.float() * loadMs);
    const program = programs[command.settings.program.name as ProgramName];
    this.#runner = new TaskRunner(command, program, {
      engine: { disk: ports.disk, commands: noCommands, ...world.computing },
      sources: ports.sources,
    });
    report({ kind: 'ready' });
  }

  /** Takes some of its time before the work and the rest after it: a kill leaves it done or not. */
  async #run(command: RunCommand): Promise<void> {
    const { world, process, busyMs, random, report } = this.#options;
    const { attempt, task } = command;
    const ms = busyMs(task, random);
    const before = random.float() * ms;
    await this.#passTime(before);
    world.log.add(process.name, `runs ${attempt}`);
    try {
      if (this.#runner === undefined)
        throw new Error('told to run before it was told what to load');
      const result = await this.#runner.run(command, (progress) => {
        report({ kind: 'progress', attempt, progress });
        return false;
      });
      await this.#passTime(ms - before);
      report({ kind: 'done', attempt, result });
    } catch (error) {
      await this.#passTime(0);
      report({ kind: 'failed', attempt, error: describeError(error, command.outputDirectory) });
    }
  }

  #passTime(ms: number): Promise<void> {
    const { world, process } = this.#options;
    return new Promise((resolve) => world.tell(process, ms, resolve));
  }
}
