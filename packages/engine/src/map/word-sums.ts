import { scanWords } from '@mapreduce/sdk';
import { fromBase64 } from '../codec/base64.ts';
import type { NumberCells } from './number-cells.ts';
import { wordSumsModule } from './word-sums-module.ts';

/** As `word-sums.wat` lays out its memory. */
const wordStart = 512;
const textStart = 1024;
const slotSum = 16;
const slotEntry = 24;
/** Zeros that follow a text, so that vectors read beyond it end its last run and find none. */
const padding = 80;
/** Bytes of a run that fits into a slot. */
const longestRun = 16;
/** Runs that are told at most: three quarters of the slots. */
const mostSlots = 24_576;
/** Bytes of text that are looked at together: they stay in the cache nearest to a core. */
const pieceSize = 1 << 15;

/** What is used of JavaScript's own object, which TypeScript knows in browsers alone. */
declare const WebAssembly: {
  readonly Module: new (code: Uint8Array) => object;
  readonly Instance: new (module: object) => { readonly exports: unknown };
};

/** What `word-sums.wat` exports. */
interface Kernel {
  readonly memory: { readonly buffer: ArrayBuffer };
  readonly added: { value: number };
  readonly end: { readonly value: number };
  readonly add: (at: number, to: number, value: number) => number;
  readonly tell: (start: number, end: number, entry: number, sum: number) => number;
}

/** What words are emitted to that are not known yet. */
export interface WordTarget {
  /** Emits one word; returns its entry if that has a sum now, and else -1. */
  emitWord(source: Uint8Array, start: number, end: number, value: number): number;
  /** So many words were emitted to entries that have sums. */
  countWords(count: number): void;
}

let compiled: object | undefined;

/**
 * Adds up numbers by word, several times as fast as a call for each word: the kernel
 * (`word-sums.wat`) finds words and adds, and comes back only with one that it was not told of. The sums that it was told of are its own until `settle` hands them back, so whoever
 * looks at `sums` or adds to them calls that first. Every sum is added up in the order of emission.
 */
export class WordSums {
  readonly #sums: NumberCells;
  readonly #target: WordTarget;
  readonly #kernel: Kernel;
  readonly #bytes: Uint8Array;
  readonly #integers: Int32Array;
  readonly #doubles: Float64Array;
  readonly #slots = new Int32Array(mostSlots);
  #used = 0;
  #value = 0;

  constructor(sums: NumberCells, target: WordTarget) {
    this.#sums = sums;
    this.#target = target;
    compiled ??= new WebAssembly.Module(fromBase64(wordSumsModule));
    this.#kernel = new WebAssembly.Instance(compiled).exports as Kernel;
    const { buffer } = this.#kernel.memory;
    this.#bytes = new Uint8Array(buffer);
    this.#integers = new Int32Array(buffer);
    this.#doubles = new Float64Array(buffer);
  }

  /** Whether sums are held that `settle` would hand back. */
  get isAhead(): boolean {
    return this.#used > 0;
  }

  /** Emits each word of a text, as `scanWords` finds them, with `value`. */
  add(source: Uint8Array, value: number): void {
    this.#value = value;
    for (let from = 0; from < source.length;) {
      const to = pieceEnd(source, from);
      if (to - from <= pieceSize) this.#addPiece(source, from, to);
      else scanWords(source, this.#addWord, from, to);
      from = to;
    }
  }

  /** Hands all sums back. */
  settle(): void {
    for (let i = 0; i < this.#used; i += 1) {
      const slot = this.#slots[i] as number;
      const entry = this.#integers[(slot + slotEntry) >> 2] as number;
      this.#sums.set(entry, this.#doubles[(slot + slotSum) >> 3] as number);
      // A slot whose first eight bytes are zero is free.
      this.#doubles[slot >> 3] = 0;
    }
    this.#used = 0;
  }

  /** Begin and end of the piece cut no run. */
  #addPiece(source: Uint8Array, from: number, to: number): void {
    const kernel = this.#kernel;
    const end = this.#write(textStart, source, from, to);
    for (let at = textStart; ;) {
      const run = kernel.add(at, end, this.#value);
      this.#count();
      if (run < 0) return;
      at = kernel.end.value;
      this.#addRun(source, from + run - textStart, from + at - textStart, run);
    }
  }

  /** Emits the words of a run that has no slot; it also lies at `place` in the kernel's memory. */
  #addRun(source: Uint8Array, from: number, to: number, place: number): void {
    scanWords(
      source,
      (_source, start, end) => {
        if (start === from && end === to) this.#emit(source, start, end, place);
        else this.#addWord(source, start, end);
      },
      from,
      to,
    );
  }

  /** Emits a word that is not all of its run. */
  readonly #addWord = (source: Uint8Array, start: number, end: number): void => {
    if (end - start <= longestRun) {
      const wordEnd = this.#write(wordStart, source, start, end);
      const isKnown = this.#kernel.add(wordStart, wordEnd, this.#value) < 0;
      this.#count();
      if (isKnown) return;
    }
    this.#emit(source, start, end, wordStart);
  };

  /** Emits a word that has no slot, and gives it one if it can have one. */
  #emit(source: Uint8Array, start: number, end: number, place: number): void {
    const entry = this.#target.emitWord(source, start, end, this.#value);
    const length = end - start;
    if (entry < 0 || length > longestRun || this.#used === mostSlots) return;
    const slot = this.#kernel.tell(place, place + length, entry, this.#sums.value(entry));
    this.#slots[this.#used] = slot;
    this.#used += 1;
  }

  #write(place: number, source: Uint8Array, from: number, to: number): number {
    const end = place + (to - from);
    this.#bytes.set(source.subarray(from, to), place);
    this.#bytes.fill(0, end, end + padding);
    return end;
  }

  #count(): void {
    const { added } = this.#kernel;
    const count = added.value;
    if (count === 0) return;
    added.value = 0;
    this.#target.countWords(count);
  }
}

/** Where a piece ends that cuts no run; one that is a run alone may be longer than others. */
function pieceEnd(source: Uint8Array, from: number): number {
  const most = from + pieceSize;
  if (most >= source.length) return source.length;
  let to = most;
  while (to > from && isOfRun(source[to - 1] as number)) to -= 1;
  if (to > from) return to;
  to = most;
  while (to < source.length && isOfRun(source[to] as number)) to += 1;
  return to;
}

/** As the kernel has it. */
function isOfRun(byte: number): boolean {
  const lower = byte | 0x20;
  return byte >= 0x80 || (lower >= 0x61 && lower <= 0x7a);
}
