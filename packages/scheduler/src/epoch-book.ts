import { sameEpoch, type Epoch } from '@mapreduce/protocol';

/** Epochs that one job's attempts may be of: beyond all lives that a coordinator could have had. */
const maxEpochs = 2 ** 16;

/**
 * The epochs whose attempts are known, numbered, so that a task's winner costs two bytes for its
 * epoch. Attempts are leased in the current one.
 */
export class EpochBook {
  readonly #epochs: Epoch[];
  readonly #numbers: Map<string, number>;
  #current = 0;

  constructor(current: Epoch) {
    this.#epochs = [current];
    this.#numbers = new Map([[nameOf(current), 0]]);
  }

  get current(): Epoch {
    return this.at(this.#current);
  }

  get currentNumber(): number {
    return this.#current;
  }

  /** Attempts are leased in this epoch from now on. */
  raise(epoch: Epoch): void {
    this.#current = this.number(epoch) ?? this.#current;
  }

  at(number: number): Epoch {
    const epoch = this.#epochs[number];
    if (epoch === undefined) throw new RangeError(`no epoch ${number}`);
    return epoch;
  }

  /** The epoch's number, if it is known. */
  find(epoch: Epoch): number | undefined {
    if (sameEpoch(epoch, this.current)) return this.#current;
    return this.#numbers.get(nameOf(epoch));
  }

  /** The epoch's number, new where it is not known yet; undefined where there are too many. */
  number(epoch: Epoch): number | undefined {
    const known = this.find(epoch);
    if (known !== undefined) return known;
    if (this.#epochs.length === maxEpochs) return undefined;
    const number = this.#epochs.push(epoch) - 1;
    this.#numbers.set(nameOf(epoch), number);
    return number;
  }
}

function nameOf({ generation, boot, nonce }: Epoch): string {
  return `${generation}-${boot}-${nonce}`;
}
