import { Coordinator } from '@mapreduce/coordinator';
import type { CoordinatorConfig } from '@mapreduce/protocol';
import { quietLog } from './quiet-log.ts';
import { inputDirectory, outputDirectory, type Scenario } from './scenario.ts';
import { diskOf } from './world/disk.ts';
import type { Network } from './world/network.ts';
import { noWeb } from './world/no-web.ts';
import { SimulatedProcess } from './world/process.ts';
import type { World } from './world/world.ts';

export interface CoordinatorHostOptions {
  readonly world: World;
  readonly network: Network;
  readonly scenario: Scenario;
}

/** The host of the coordinator. */
export class CoordinatorHost {
  readonly address = 'http://coordinator:7000';
  readonly #options: CoordinatorHostOptions;
  /** How the job ended: its state, and the error's message if there is one. */
  outcome: string | undefined;
  /** What went wrong in the coordinator itself. */
  readonly errors: string[] = [];

  constructor(options: CoordinatorHostOptions) {
    this.#options = options;
  }

  boot(): void {
    const { world, network } = this.#options;
    const process = new SimulatedProcess('coordinator/1');
    world.log.add(process.name, 'boots');
    const random = world.random.fork();
    const ports = {
      clock: world.clockOf(process),
      random: random.fork(),
      disk: diskOf(world, process, random.fork()),
      web: noWeb,
      ...world.computing,
      log: quietLog,
    };
    const onJournalFailure = (error: unknown) => {
      this.errors.push(`the journal failed: ${String(error)}`);
      process.kill();
    };
    Coordinator.start(this.#config(), ports, onJournalFailure)
      .then(async (coordinator) => {
        network.listen(this.address, {
          process,
          handlers: coordinator,
          bulk: coordinator.bulk,
          onHangUp: (route, request) => {
            if (route === 'lease') coordinator.withdraw(request as never);
          },
        });
        const end = await coordinator.ended;
        this.outcome = [end.state, end.error?.cause.message].filter(Boolean).join(': ');
        world.log.add(process.name, `ends the job: ${this.outcome}`);
      })
      .catch((error: unknown) => {
        this.errors.push(`the coordinator broke: ${String(error)}`);
        this.outcome = 'broken';
      });
  }

  #config(): CoordinatorConfig {
    const { settings, inputsShared, sink } = this.#options.scenario;
    return {
      job: settings,
      inputs: [{ kind: 'path', path: inputDirectory }],
      inputsShared,
      output: { kind: sink, directory: outputDirectory, overwrite: false },
      listen: { host: 'coordinator', port: 7_000 },
      tokens: { control: '', worker: '' },
      stateDirectory: '/coordinator/state',
      generation: 1,
      lingerMs: 0,
    };
  }
}
