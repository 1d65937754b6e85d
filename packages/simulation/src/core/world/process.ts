/**
 * A process of the simulated world. All that the world tells it goes through `enter`, so that a
 * killed one hears nothing any more and a stopped one hears it later.
 */
export class SimulatedProcess {
  readonly name: string;
  #state: 'running' | 'stopped' | 'dead' = 'running';
  readonly #waiting: (() => void)[] = [];
  readonly #onDeath = new Set<() => void>();

  constructor(name: string) {
    this.name = name;
  }

  get isDead(): boolean {
    return this.#state === 'dead';
  }

  /** Runs what the world has to tell, unless the process is dead; after `resume` if it is stopped. */
  enter(task: () => void): void {
    if (this.#state === 'running') task();
    else if (this.#state === 'stopped') this.#waiting.push(task);
  }

  /** SIGSTOP. */
  stop(): void {
    if (this.#state === 'running') this.#state = 'stopped';
  }

  /** SIGCONT: hears at once, in order, what it missed. */
  resume(): void {
    if (this.#state !== 'stopped') return;
    this.#state = 'running';
    for (const task of this.#waiting.splice(0)) this.enter(task);
  }

  /** SIGKILL: its connections break, and nothing that it was about to do happens. */
  kill(): void {
    if (this.#state === 'dead') return;
    this.#state = 'dead';
    this.#waiting.length = 0;
    const callbacks = [...this.#onDeath];
    this.#onDeath.clear();
    for (const callback of callbacks) callback();
  }

  /** Tells the world of its death; the function that is returned takes that back. */
  onDeath(callback: () => void): () => void {
    if (this.isDead) callback();
    else this.#onDeath.add(callback);
    return () => void this.#onDeath.delete(callback);
  }
}
