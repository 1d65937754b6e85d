import { scanWords } from '@mapreduce/sdk';
import { WordKernel } from '@mapreduce/sdk/engine';
import type { NumberCells } from './number-cells.ts';

/** What words are emitted to that are not known yet. */
export interface WordTarget {
  /** Emits one word; returns its entry if that has a sum now, and else -1. */
  emitWord(source: Uint8Array, start: number, end: number, value: number): number;
  /** So many words were emitted to entries that have sums. */
  countWords(count: number): void;
}

/**
 * One that nobody uses now. V8 gives the exports of every instance a type of their own, so what it has compiled for one
 * is of no use to the next.
 */
let idle: WordKernel | undefined;

/**
 * Adds up numbers by word, several times as fast as a call for each word: a kernel finds words
 * and adds, and comes back only with one that it was not told of. The sums that it was told of are its
 * own until `settle` hands them back, so whoever looks at `sums` or adds to them calls that first.
 * Every sum is added up in the order of emission.
 */
export class WordSums {
  readonly #sums: NumberCells;
  readonly #target: WordTarget;
  readonly #kernel: WordKernel;
  #value = 0;

  constructor(sums: NumberCells, target: WordTarget) {
    this.#kernel = idle ?? new WordKernel();
    idle = undefined;
    this.#sums = sums;
    this.#target = target;
  }

  /** Whether sums are held that `settle` would hand back. */
  get isAhead(): boolean {
    return this.#kernel.told > 0;
  }

  /** Emits each word of a text, as `scanWords` finds them, with `value`. */
  add(source: Uint8Array, value: number): void {
    this.#value = value;
    for (let from = 0; from < source.length;) {
      const to = pieceEnd(source, from);
      if (to - from <= WordKernel.longestText) this.#addPiece(source, from, to);
      else scanWords(source, this.#addWord, from, to);
      from = to;
    }
  }

  /** Hands all sums back. */
  settle(): void {
    this.#kernel.forget((entry, sum) => this.#sums.set(entry, sum));
  }

  /** Hands all sums back, and the kernel on to the next; nothing can be added afterwards. */
  end(): void {
    this.settle();
    idle = this.#kernel;
  }

  /** Begin and end of the piece cut no run. */
  #addPiece(source: Uint8Array, from: number, to: number): void {
    const kernel = this.#kernel;
    const end = this.#write(WordKernel.textStart, source, from, to);
    for (let at = WordKernel.textStart; ;) {
      const run = kernel.add(at, end, this.#value);
      this.#count();
      if (run < 0) return;
      at = kernel.end;
      this.#addRun(
        source,
        from + run - WordKernel.textStart,
        from + at - WordKernel.textStart,
        run,
      );
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
    if (end - start <= WordKernel.longestRun) {
      const wordEnd = this.#write(WordKernel.wordStart, source, start, end);
      const isKnown = this.#kernel.add(WordKernel.wordStart, wordEnd, this.#value) < 0;
      this.#count();
      if (isKnown) return;
    }
    this.#emit(source, start, end, WordKernel.wordStart);
  };

  /** Emits a word that has no slot, and gives it one if it can have one. */
  #emit(source: Uint8Array, start: number, end: number, place: number): void {
    const entry = this.#target.emitWord(source, start, end, this.#value);
    if (entry < 0) return;
    this.#kernel.tell(place, place + (end - start), entry, this.#sums.value(entry));
  }

  #write(place: number, source: Uint8Array, from: number, to: number): number {
    this.#kernel.bytes.set(source.subarray(from, to), place);
    return place + (to - from);
  }

  #count(): void {
    const { count } = this.#kernel;
    if (count === 0) return;
    this.#kernel.count = 0;
    this.#target.countWords(count);
  }
}

/** Where a piece ends that cuts no run; one that is a run alone may be longer than others. */
function pieceEnd(source: Uint8Array, from: number): number {
  const most = from + WordKernel.longestText;
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
