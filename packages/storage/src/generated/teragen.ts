import { Random128 } from './random-128.ts';

export const RECORD_BYTES = 100;
export const KEY_BYTES = 10;

const hexDigits = new TextEncoder().encode('0123456789ABCDEF');

/** What no record changes: the marks between its fields. */
const template = new Uint8Array(RECORD_BYTES);
template.set([0x00, 0x11], 10);
template.set([0x88, 0x99, 0xaa, 0xbb], 44);
template.set([0xcc, 0xdd, 0xee, 0xff], 96);

/**
 * Writes records of TeraGen one after the other, in Hadoop's format: 10 bytes of key, a mark, the
 * record's number in 32 hex digits, a mark, 48 bytes of filler, a mark.
 */
export class RecordGenerator {
  readonly #random: Random128;
  #record: number;

  /** The first record it writes is number `record`. */
  constructor(record = 0) {
    this.#random = new Random128(record);
    this.#record = record;
  }

  /** Fills `target`, whose length must be a multiple of a record's. */
  fill(target: Uint8Array): void {
    for (let start = 0; start < target.length; start += RECORD_BYTES) this.#write(target, start);
  }

  #write(target: Uint8Array, start: number): void {
    this.#random.step();
    const { limbs } = this.#random;
    target.set(template, start);
    for (let i = 0; i < KEY_BYTES / 2; i++) {
      const limb = limbs[7 - i] as number;
      target[start + 2 * i] = limb >>> 8;
      target[start + 2 * i + 1] = limb;
    }
    let number = this.#record;
    this.#record += 1;
    for (let i = 43; i >= 12; i--) {
      target[start + i] = hexDigits[number % 16] as number;
      number = Math.floor(number / 16);
    }
    // The last 12 hex digits of the random number, each four times.
    for (let i = 0; i < 12; i++) {
      const limb = limbs[2 - (i >> 2)] as number;
      const digit = hexDigits[(limb >>> (12 - 4 * (i & 3))) & 15] as number;
      target.fill(digit, start + 48 + 4 * i, start + 52 + 4 * i);
    }
  }
}
