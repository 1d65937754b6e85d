import type { Socket } from 'node:net';
import { TransportError, type CallOptions } from '../ports/transport.ts';

/** Ends a call when its time is up or its caller no longer wants it. */
export class Watch {
  readonly #options: CallOptions;
  readonly #timer: NodeJS.Timeout;
  #connectTimer: NodeJS.Timeout | undefined;
  #destroy: ((reason: Error) => void) | undefined;
  #stopped: TransportError | undefined;
  #paused = false;

  constructor(options: CallOptions) {
    this.#options = options;
    this.#timer = setTimeout(() => {
      if (!this.#paused) this.#stop(`no answer within ${options.timeoutMs} ms`);
    }, options.timeoutMs);
    options.signal?.addEventListener('abort', this.#onAbort);
    if (options.signal?.aborted === true) this.#onAbort();
  }

  /** `destroy` ends the connection; called at once if it is already too late. */
  guard(destroy: (reason: Error) => void): void {
    this.#destroy = destroy;
    if (this.#stopped !== undefined) destroy(this.#stopped);
  }

  /** A connection that stands already, kept from an earlier call, is not bounded. */
  connecting(socket: Socket): void {
    const { connectTimeoutMs } = this.#options;
    if (connectTimeoutMs === undefined || !socket.connecting) return;
    const stop = () => this.#stop(`no connection within ${connectTimeoutMs} ms`);
    const timer = (this.#connectTimer = setTimeout(stop, connectTimeoutMs));
    socket.once('connect', () => clearTimeout(timer));
  }

  /** Something came or went: silence is counted anew. */
  progressed(): void {
    this.#paused = false;
    this.#timer.refresh();
  }

  /** It is our turn, not the peer's: its silence does not count until `progressed`. */
  pause(): void {
    this.#paused = true;
  }

  end(): void {
    clearTimeout(this.#timer);
    clearTimeout(this.#connectTimer);
    this.#options.signal?.removeEventListener('abort', this.#onAbort);
  }

  /** What to throw for an error of the connection: errors of our own kinds stay what they are. */
  explain(error: unknown, what: string): Error {
    if (this.#stopped !== undefined) return new TransportError(`${what}: ${this.#stopped.message}`);
    const { name, message } = error as Partial<Error>;
    if (name === 'ServiceError') return error as Error;
    return new TransportError(`${what}: ${message ?? String(error)}`, { cause: error });
  }

  readonly #onAbort = (): void => this.#stop('the call was aborted');

  #stop(reason: string): void {
    this.#stopped ??= new TransportError(reason);
    this.#destroy?.(this.#stopped);
  }
}
