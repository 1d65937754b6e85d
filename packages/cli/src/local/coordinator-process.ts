import type { CoordinatorConfig } from '@mapreduce/protocol';
import { CliError, exitCodes } from '../exit-codes.ts';
import { givenUp } from './given-up.ts';
import { RestartLimit } from './restart-limit.ts';
import type { Ended, RoleProcess } from './role-process.ts';

export interface CoordinatorProcessOptions {
  /** Starts the process; it waits for its configuration. */
  readonly start: () => RoleProcess;
  /** It has ended, and starts again. */
  readonly onRestart: (ended: Ended) => void;
  /** It does not stay up. */
  readonly onLost: (error: CliError) => void;
  /** Where its log is. */
  readonly log: string;
}

/**
 * The coordinator of a run and its successors: one that ends, however it ends, is started again with
 * the same configuration, state and port, and goes on where its journal ends.
 */
export class CoordinatorProcess {
  readonly #options: CoordinatorProcessOptions;
  readonly #limit = new RestartLimit();
  readonly #address = Promise.withResolvers<string>();
  #config: CoordinatorConfig | undefined;
  #process: RoleProcess;
  #stopping = false;
  #lives = 0;

  constructor(options: CoordinatorProcessOptions) {
    this.#options = options;
    this.#process = this.#start();
  }

  /** Gives it its job; resolves with its address once it listens. */
  configure(config: CoordinatorConfig): Promise<string> {
    this.#config = config;
    this.#process.send(config);
    return this.#address.promise;
  }

  /** How many times it was started. */
  get lives(): number {
    return this.#lives;
  }

  /** Ends it by SIGKILL, for good. */
  kill(): void {
    this.#stopping = true;
    this.#process.kill();
  }

  /** Resolves when the process of the moment has ended. */
  get ended(): Promise<unknown> {
    return this.#process.ended;
  }

  #start(): RoleProcess {
    const process = this.#options.start();
    const started = performance.now();
    this.#lives += 1;
    if (this.#config !== undefined) process.send(this.#config);
    process.ready.then(
      (line) => this.#listens(line),
      () => undefined,
    );
    void process.ended.then((ended) => this.#ended(ended, started));
    return process;
  }

  #listens(line: unknown): void {
    const { listening } = line as { readonly listening?: unknown };
    if (typeof listening !== 'string' || this.#config === undefined) {
      this.#options.onLost(lost('the coordinator did not say where it listens'));
      return;
    }
    // Workers know this address: each successor listens there too.
    const { host } = this.#config.listen;
    const listen = { host, port: Number(new URL(listening).port) };
    this.#config = { ...this.#config, listen };
    this.#address.resolve(listening);
  }

  #ended(ended: Ended, started: number): void {
    if (this.#stopping) return;
    // It has looked at its configuration and refused it: it would refuse it again.
    const refused = ended.code === exitCodes.usage;
    if (!refused && this.#limit.allows(started, performance.now())) {
      this.#options.onRestart(ended);
      this.#process = this.#start();
      return;
    }
    const { log, onLost } = this.#options;
    const what = refused ? 'has ended' : 'does not stay up';
    onLost(lost(givenUp(`the coordinator ${what}`, ended, log)));
  }
}

export function lost(message: string): CliError {
  return new CliError(message, exitCodes.connectionLost);
}
