import { TaskRunner, describeError } from '@mapreduce/worker';
import type { ExecutorCommand, ExecutorReport } from '@mapreduce/protocol';
import type { SeededRandom } from '@mapreduce/service/virtual';
import type { SourcePorts } from '@mapreduce/storage';
import { programs, type ProgramName } from '../workload/programs.ts';
import type { SimulatedProcess } from '../world/process.ts';
import type { World } from '../world/world.ts';

type LoadCommand = Extract<ExecutorCommand, { kind: 'load' }>;
type RunCommand = Extract<ExecutorCommand, { kind: 'run' }>;

export interface SimulatedExecutorOptions {
  readonly world: World;
  readonly process: SimulatedProcess;
  readonly random: SeededRandom;
  readonly longestTaskMs: number;
  readonly sources: SourcePorts;
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
    const { world, sources, report } = this.#options;
    await this.#passTime(loadMs);
    const program = programs[command.settings.program.name as ProgramName];
    this.#runner = new TaskRunner(command, program, {
      engine: { disk: world.disk.sync, ...world.computing },
      sources,
    });
    report({ kind: 'ready' });
  }

  /** Takes half of its time before the work and half after it, so that a kill leaves it done or not. */
  async #run(command: RunCommand): Promise<void> {
    const { world, process, longestTaskMs, report } = this.#options;
    const { attempt } = command;
    await this.#passTime(longestTaskMs / 2);
    world.log.add(process.name, `runs ${attempt}`);
    try {
      if (this.#runner === undefined)
        throw new Error('told to run before it was told what to load');
      const result = await this.#runner.run(command, (progress) => {
        report({ kind: 'progress', attempt, progress });
        return false;
      });
      await this.#passTime(longestTaskMs / 2);
      report({ kind: 'done', attempt, result });
    } catch (error) {
      await this.#passTime(0);
      report({ kind: 'failed', attempt, error: describeError(error, command.outputDirectory) });
    }
  }

  #passTime(longestMs: number): Promise<void> {
    const { world, process, random } = this.#options;
    return new Promise((resolve) => world.tell(process, random.float() * longestMs, resolve));
  }
}
