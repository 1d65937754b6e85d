import { TransportError, type CallOptions } from '@mapreduce/service';
import type { SimulatedProcess } from './process.ts';
import type { World } from './world.ts';

/**
 * Something a process waits for from another. It ends once: with what came, or with a
 * `TransportError` for a break, for the end of its patience, or because it no longer wants it.
 */
export class Pending<T> {
  readonly promise: Promise<T>;
  readonly #what: string;
  readonly #settle: PromiseWithResolvers<T>;
  readonly #cleanUps: (() => void)[] = [];
  readonly #onEnd: (how: string) => void;
  #isOver = false;

  constructor(
    world: World,
    client: SimulatedProcess,
    options: CallOptions,
    { what, onEnd }: { readonly what: string; readonly onEnd: (how: string) => void },
  ) {
    this.#what = what;
    this.#onEnd = onEnd;
    this.#settle = Promise.withResolvers();
    this.promise = this.#settle.promise;
    const { signal } = options;
    const onAbort = () => this.fail('aborted');
    signal?.addEventListener('abort', onAbort);
    const patience = world.clock.after(options.timeoutMs, () =>
      client.enter(() => this.fail('timed out')),
    );
    this.#cleanUps.push(
      () => signal?.removeEventListener('abort', onAbort),
      () => patience.cancel(),
    );
    if (signal?.aborted === true) onAbort();
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** Runs when it is over, however it ends. */
  finally(cleanUp: () => void): void {
    if (this.#isOver) cleanUp();
    else this.#cleanUps.push(cleanUp);
  }

  resolve(value: T): void {
    this.#end('answered', () => this.#settle.resolve(value));
  }

  reject(error: unknown): void {
    this.#end(describe(error), () => this.#settle.reject(error));
  }

  fail(why: string): void {
    const error = new TransportError(`${this.#what}: ${why}`);
    this.#end(why, () => this.#settle.reject(error));
  }

  #end(how: string, settle: () => void): void {
    if (this.#isOver) return;
    this.#isOver = true;
    for (const cleanUp of this.#cleanUps) cleanUp();
    this.#onEnd(how);
    settle();
  }
}

function describe(error: unknown): string {
  const { name, code } = error as { readonly name?: string; readonly code?: string };
  return `${name ?? 'error'} ${code ?? ''}`.trim();
}
