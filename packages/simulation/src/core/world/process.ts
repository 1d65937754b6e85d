/**
 * A process of the simulated world. All that the world tells it goes through `enter`, so that a
 * killed one hears nothing any more and a stopped one hears it later.
 */
export class SimulatedProcess {
  readonly name: string;
  /** The machine that it runs on: what comes before the first `/` of its name. */
  readonly host: string;
  #state: 'running' | 'stopped' | 'dead' = 'running';
  readonly #waiting: (() => void)[] = [];
  readonly #onDeath = new Set<() => void>();
  readonly #children = new Set<SimulatedProcess>();

  constructor(name: string) {
    this.name = name;
    this.host = name.split('/', 1)[0] ?? name;
  }

  get isDead(): boolean {
    return this.#state === 'dead';
  }

  get isStopped(): boolean {
    return this.#state === 'stopped';
  }

  /** Starts a process that dies with this one. */
  child(name: string): SimulatedProcess {
    const child = new SimulatedProcess(name);
    this.#children.add(child);
    child.onDeath(() => this.#children.delete(child));
    return child;
  }

  /** Its children, oldest first. */
  get children(): readonly SimulatedProcess[] {
    return [...this.#children];
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

  /**
   * SIGCONT: hears at once, in order, what it missed. `turn` runs each such task; by default right
   * away, and a world gives each a turn of its own.
   */
  resume(turn: (task: () => void) => void = (task) => task()): void {
    if (this.#state !== 'stopped') return;
    this.#state = 'running';
    for (const task of this.#waiting.splice(0)) turn(() => this.enter(task));
  }

  /** SIGKILL: its connections break, and nothing that it was about to do happens. */
  kill(): void {
    if (this.#state === 'dead') return;
    this.#state = 'dead';
    this.#waiting.length = 0;
    for (const child of [...this.#children]) child.kill();
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
