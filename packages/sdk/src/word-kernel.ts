import { wordKernelCode } from './word-kernel-code.ts';

/** What is used of JavaScript's own object, which TypeScript knows in browsers alone. */
declare const WebAssembly: {
  readonly Module: new (code: Uint8Array) => object;
  readonly Instance: new (module: object) => { readonly exports: unknown };
};

/** What `word-kernel.wat` exports. Places are offsets in its memory. */
interface Exports {
  readonly memory: { readonly buffer: ArrayBuffer };
  readonly added: { value: number };
  readonly end: { readonly value: number };
  readonly add: (at: number, to: number, value: number) => number;
  readonly tell: (start: number, end: number, number: number, sum: number) => number;
}

let compiled: object | undefined;

/** A table of words and the code that looks texts up in it; see `word-kernel.wat`. */
export class WordKernel {
  /** Where a word by itself is put, and a text of at most `longestText` bytes. */
  static readonly wordStart = 512;
  static readonly textStart = 1024;
  static readonly longestText = 1 << 15;
  /** Bytes of a run that can be told. */
  static readonly longestRun = 16;
  /** Runs that are told at most: three quarters of the slots. */
  static readonly mostRuns = 24_576;

  /** All of the memory, and the place of a text in it. */
  readonly bytes: Uint8Array;
  readonly text: Uint8Array;
  /** Numbers of the runs that were counted, in order. */
  readonly numbers: Int32Array;
  readonly #exports: Exports;
  readonly #integers: Int32Array;
  readonly #doubles: Float64Array;
  readonly #slots = new Int32Array(WordKernel.mostRuns);
  #told = 0;

  constructor() {
    compiled ??= new WebAssembly.Module(
      Uint8Array.from(atob(wordKernelCode), (character) => character.charCodeAt(0)),
    );
    this.#exports = new WebAssembly.Instance(compiled).exports as Exports;
    const { buffer } = this.#exports.memory;
    this.bytes = new Uint8Array(buffer);
    this.text = new Uint8Array(buffer, WordKernel.textStart, WordKernel.longestText);
    this.numbers = new Int32Array(buffer, 1 << 16, WordKernel.longestText / 2);
    this.#integers = new Int32Array(buffer);
    this.#doubles = new Float64Array(buffer);
  }

  /** Runs counted since this was last set to 0, at the latest before each text. */
  get count(): number {
    return this.#exports.added.value;
  }

  set count(count: number) {
    this.#exports.added.value = count;
  }

  /** Where the run ends that `add` stopped at. */
  get end(): number {
    return this.#exports.end.value;
  }

  /** Runs that were told. */
  get told(): number {
    return this.#told;
  }

  /**
   * Counts the runs in [at, to), lists their numbers and adds `value` to their sums, up to the first
   * that it was not told of. Returns where that begins, or -1.
   */
  add(at: number, to: number, value: number): number {
    return this.#exports.add(at, to, value);
  }

  /** Tells of a run that is one word and new; false if there is no room for it. */
  tell(start: number, end: number, number: number, sum: number): boolean {
    if (end - start > WordKernel.longestRun || this.#told === WordKernel.mostRuns) return false;
    this.#slots[this.#told] = this.#exports.tell(start, end, number, sum);
    this.#told += 1;
    return true;
  }

  /** Forgets all runs; hands out the number and the sum of each. */
  forget(each: (number: number, sum: number) => void): void {
    for (let i = 0; i < this.#told; i += 1) {
      const slot = this.#slots[i] as number;
      each(this.#integers[(slot + 24) >> 2] as number, this.#doubles[(slot + 16) >> 3] as number);
      this.#doubles[slot >> 3] = 0;
    }
    this.#told = 0;
  }
}
