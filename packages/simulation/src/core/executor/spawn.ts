import type { Executor, ExecutorEvents, Spawn } from '@mapreduce/service';
import type { SeededRandom } from '@mapreduce/service/virtual';
import type { SourcePorts } from '@mapreduce/storage';
import { SimulatedProcess } from '../world/process.ts';
import type { World } from '../world/world.ts';
import { SimulatedExecutor } from './executor.ts';

export interface SimulatedSpawnOptions {
  readonly world: World;
  /** The supervisor, whose death is its executors' too. */
  readonly process: SimulatedProcess;
  readonly random: SeededRandom;
  readonly longestTaskMs: number;
  /** How an executor reaches the inputs. */
  readonly sourcesOf: (executor: SimulatedProcess) => SourcePorts;
}

/** Starts executors that run the engine in this very thread, and take virtual time for it. */
export class SimulatedSpawn implements Spawn {
  readonly #options: SimulatedSpawnOptions;
  #started = 0;

  constructor(options: SimulatedSpawnOptions) {
    this.#options = options;
  }

  executor(events: ExecutorEvents): Executor {
    const { world, process: supervisor, random, longestTaskMs, sourcesOf } = this.#options;
    this.#started += 1;
    const process = new SimulatedProcess(`${supervisor.name}/executor-${this.#started}`);
    const forget = supervisor.onDeath(() => process.kill());
    const executor = new SimulatedExecutor({
      world,
      process,
      random: random.fork(),
      longestTaskMs,
      sources: sourcesOf(process),
      report: (report) => world.tell(supervisor, pipe(), () => events.onReport(report)),
    });
    const pipe = () => random.float() * pipeMs;
    return {
      send: (command) => world.tell(process, pipe(), () => executor.obey(command)),
      kill: () => {
        if (process.isDead) return;
        process.kill();
        forget();
        const exit = { exitCode: null, signal: 'SIGKILL', outOfMemory: false, stderr: '' };
        world.tell(supervisor, pipe(), () => events.onExit(exit));
      },
    };
  }
}

/** How long a pipe takes to carry a line, at most. */
const pipeMs = 0.2;
