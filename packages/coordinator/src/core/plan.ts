import type { JobSettings, ProgramDescription, Split } from '@mapreduce/protocol';
import { InputError, type ListedInput } from '@mapreduce/storage';

/** More would cost the coordinator more memory than a split is worth. */
export const maxSplits = 1_000_000;

/** Splits that are looked at for cut points, at most. */
const maxSamples = 32;

/**
 * The job's input, cut. Splits are not kept but made when asked for: they follow from the inputs
 * and the split size alone.
 */
export class InputPlan {
  readonly inputs: readonly ListedInput[];
  readonly bytes: number;
  readonly maps: number;
  readonly #splitSize: number;
  readonly #cut: boolean;
  /** By input: the index of its first split. */
  readonly #first: Uint32Array;

  /** Cuts by size alone. An empty input has no split, but where a file is a record. Throws `InputError` beyond `maxSplits`. */
  constructor(
    inputs: readonly ListedInput[],
    settings: Pick<JobSettings, 'splitSize'>,
    reader: ProgramDescription['reader'],
  ) {
    this.inputs = inputs;
    this.#cut = reader.kind !== 'file';
    this.#splitSize = settings.splitSize;
    this.#first = new Uint32Array(inputs.length + 1);
    let maps = 0;
    let bytes = 0;
    for (const [index, input] of inputs.entries()) {
      this.#first[index] = maps;
      maps += this.#splitsOf(input);
      bytes += input.size;
      if (maps > maxSplits) {
        throw new InputError(
          `the input would be cut into more than ${maxSplits} splits: raise --split-size`,
        );
      }
    }
    this.#first[inputs.length] = maps;
    this.maps = maps;
    this.bytes = bytes;
  }

  split(index: number): Split {
    const at = this.#inputOf(index);
    const input = this.inputs[at];
    if (input === undefined || index < 0 || index >= this.maps) {
      throw new RangeError(`no split ${index}`);
    }
    const { source, name, size, version } = input;
    const number = index - (this.#first[at] ?? 0);
    const whole = !this.#isCut(input);
    const start = whole ? 0 : number * this.#splitSize;
    const end = whole ? size : Math.min(size, start + this.#splitSize);
    return { index, source, name, start, end, size, version };
  }

  /** How many splits are sampled, and how many records of each, to see so many keys in all. */
  samples(keys: number): { readonly splits: number; readonly records: number } {
    const splits = Math.min(this.maps, maxSamples);
    return { splits, records: splits === 0 ? 0 : Math.ceil(keys / splits) };
  }

  /** The split that a sample task looks at: they are spread evenly over the input. */
  sampledSplit(sample: number, splits: number): Split {
    return this.split(Math.floor((sample * this.maps) / splits));
  }

  #isCut(input: ListedInput): boolean {
    return this.#cut && input.cuttable;
  }

  #splitsOf(input: ListedInput): number {
    if (input.size === 0 && this.#cut) return 0;
    return this.#isCut(input) ? Math.ceil(input.size / this.#splitSize) : 1;
  }

  /** The last input whose first split is not after `index`: binary search. */
  #inputOf(index: number): number {
    let low = 0;
    let high = this.inputs.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#first[middle] ?? 0) <= index) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}
