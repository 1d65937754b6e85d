import type { PartFile } from '@mapreduce/protocol';
import { joinPath, type Hash, type SyncFile } from '@mapreduce/service';
import { ByteWriter } from '../codec/byte-writer.ts';
import { toHex } from '../codec/hex.ts';
import type { EnginePorts } from '../tasks.ts';
import { Writeback } from '../writeback.ts';

/** Bytes that are collected before they are written. */
const flushSize = 256 * 1024;

/** A file of a part while it is written: buffered, and digested on the way. */
export class PartFileWriter {
  /** What waits to be written: append to it, then call `written`. */
  readonly buffer = new ByteWriter(flushSize + 4096);
  readonly #directory: string;
  readonly #name: string;
  readonly #ports: EnginePorts;
  readonly #file: SyncFile;
  readonly #hash: Hash;
  readonly #fsync: boolean;
  readonly #writeback: Writeback;
  #length = 0;

  /** `fsync`: file and directory are durable when `finish` returns. */
  constructor(directory: string, name: string, fsync: boolean, ports: EnginePorts) {
    this.#directory = directory;
    this.#name = name;
    this.#fsync = fsync;
    this.#ports = ports;
    this.#hash = ports.digest.start();
    this.#file = ports.disk.create(joinPath(directory, name));
    this.#writeback = new Writeback(this.#file, fsync);
  }

  /** A record was appended to the buffer. */
  written(): void {
    if (this.buffer.length >= flushSize) this.#flush();
  }

  /** Writes the rest. */
  finish(): PartFile {
    this.#flush();
    if (this.#fsync) this.#file.fsync();
    this.#file.close();
    if (this.#fsync) this.#ports.disk.fsyncDirectory(this.#directory);
    return { name: this.#name, length: this.#length, sha256: toHex(this.#hash.digest()) };
  }

  abandon(): void {
    this.#file.close();
  }

  #flush(): void {
    const data = this.buffer.bytes.subarray(0, this.buffer.length);
    this.#file.append(data);
    this.#hash.update(data);
    this.#length += data.length;
    this.buffer.reset();
    this.#writeback.appended(data.length);
  }
}
