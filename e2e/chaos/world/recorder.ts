/** Every kind of fault there is; a whole run in which one of them never fired has failed. */
export const faultKinds = [
  'kill worker',
  'kill executor',
  'drain worker',
  'lose disk',
  'stop process',
  'cut link',
  'cut pair',
  'lossy link',
  'slow link',
  'cut connection',
  'full disk',
  'clock jump',
  'kill coordinator',
  'failpoint',
  'lose journal',
  'second coordinator',
] as const;
export type FaultKind = (typeof faultKinds)[number];

/** A fault that was fired. */
export interface FiredFault {
  readonly kind: FaultKind;
  readonly detail: string;
  /** Milliseconds since the world began. */
  readonly atMs: number;
}

/** Keeps what was done to a run, in order. */
export class Recorder {
  readonly #start = performance.now();
  readonly #onFault: (fault: FiredFault) => void;
  #count = 0;

  constructor(onFault: (fault: FiredFault) => void) {
    this.#onFault = onFault;
  }

  get count(): number {
    return this.#count;
  }

  fired(kind: FaultKind, detail: string): void {
    this.#count += 1;
    this.#onFault({ kind, detail, atMs: Math.round(performance.now() - this.#start) });
  }
}
