import type { Disk, File } from '@mapreduce/service';

const bufferBytes = 256 * 1024;

/** A local file that fetched segments are written to, one after the other, in large writes. */
export class SpoolFile {
  readonly path: string;
  readonly #disk: Disk;
  #file: File | undefined;
  #buffer: Uint8Array | undefined;
  #filled = 0;
  #position = 0;

  constructor(disk: Disk, path: string) {
    this.#disk = disk;
    this.path = path;
  }

  /** Where the next byte goes. */
  get position(): number {
    return this.#position;
  }

  async append(bytes: Uint8Array): Promise<void> {
    this.#position += bytes.length;
    this.#buffer ??= new Uint8Array(bufferBytes);
    if (this.#filled + bytes.length > bufferBytes) await this.flush();
    if (bytes.length > bufferBytes) {
      await (await this.#open()).append(bytes);
      return;
    }
    this.#buffer.set(bytes, this.#filled);
    this.#filled += bytes.length;
  }

  async flush(): Promise<void> {
    if (this.#filled === 0 || this.#buffer === undefined) return;
    await (await this.#open()).append(this.#buffer.subarray(0, this.#filled));
    this.#filled = 0;
  }

  async close(): Promise<void> {
    await this.#file?.close();
  }

  async #open(): Promise<File> {
    this.#file ??= await this.#disk.create(this.path);
    return this.#file;
  }
}
