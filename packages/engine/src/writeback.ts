import type { SyncFile } from '@mapreduce/service';

/** Bytes that wait before their way to the disk begins. */
const step = 8 * 2 ** 20;

/**
 * Lets a file that is to be durable go to the disk while it is still written, so that the fsync at
 * its end waits for the last few bytes alone.
 */
export class Writeback {
  readonly #file: SyncFile;
  readonly #isWanted: boolean;
  #waiting = 0;

  constructor(file: SyncFile, isWanted: boolean) {
    this.#file = file;
    this.#isWanted = isWanted;
  }

  /** So many bytes more were appended. */
  appended(bytes: number): void {
    this.#waiting += bytes;
    if (!this.#isWanted || this.#waiting < step) return;
    this.#file.startWriteback();
    this.#waiting = 0;
  }
}
