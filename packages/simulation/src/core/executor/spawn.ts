import type { Executor, ExecutorEvents, Spawn } from '@mapreduce/service';
import type { SeededRandom } from '@mapreduce/service/virtual';
import type { SimulatedProcess } from '../world/process.ts';
import type { World } from '../world/world.ts';
import { SimulatedExecutor, type BusyMs, type ExecutorPorts } from './executor.ts';

export interface SimulatedSpawnOptions {
  readonly world: World;
  /** The supervisor, whose death is its executors' too. */
  readonly process: SimulatedProcess;
  readonly random: SeededRandom;
  readonly busyMs: BusyMs;
  readonly portsOf: (executor: SimulatedProcess) => ExecutorPorts;
}

/** Starts executors that run the engine in this very thread, and take virtual time for it. */
export class SimulatedSpawn implements Spawn {
  readonly #options: SimulatedSpawnOptions;
  #started = 0;

  constructor(options: SimulatedSpawnOptions) {
    this.#options = options;
  }

  executor(events: ExecutorEvents): Executor {
    const { world, process: supervisor, random, busyMs, portsOf } = this.#options;
    this.#started += 1;
    const process = supervisor.child(`${supervisor.name}/executor-${this.#started}`);
    const executor = new SimulatedExecutor({
      world,
      process,
      random: random.fork(),
      busyMs,
      ports: portsOf(process),
      report: (report) => out(() => events.onReport(report)),
    });
    const pipe = (to: SimulatedProcess) => {
      let last = 0;
      // What is written first is read first.
      return (read: () => void) => {
        last = Math.max(last, world.clock.now() + random.float() * pipeMs);
        world.tell(to, last - world.clock.now(), read);
      };
    };
    const out = pipe(supervisor);
    const into = pipe(process);
    return {
      send: (command) => into(() => executor.obey(command)),
      kill: () => {
        if (process.isDead) return;
        process.kill();
        const exit = { exitCode: null, signal: 'SIGKILL', outOfMemory: false, stderr: '' };
        out(() => events.onExit(exit));
      },
    };
  }
}

/** How long a pipe takes to carry a line, at most. */
const pipeMs = 0.2;
