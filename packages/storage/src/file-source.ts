import type { Split } from '@mapreduce/protocol';
import type { Disk, File } from '@mapreduce/service';
import { asInput, fileVersion } from './list-inputs.ts';
import { InputError, type RangeSource } from './range-source.ts';

/** The error for an input that is no longer what its split says. */
export function inputChanged(name: string): InputError {
  return new InputError(`input ${name}: changed while the job was reading it; start the job again`);
}

/** A file that this process opens itself. Throws `InputError`. */
export class FileSource implements RangeSource {
  readonly #disk: Disk;
  readonly #file: File;
  readonly #path: string;
  readonly #split: Split;

  private constructor(disk: Disk, file: File, path: string, split: Split) {
    this.#disk = disk;
    this.#file = file;
    this.#path = path;
    this.#split = split;
  }

  static async open(disk: Disk, path: string, split: Split): Promise<FileSource> {
    const source = new FileSource(disk, await asInput(split.name, disk.open(path)), path, split);
    try {
      await source.checkUnchanged();
    } catch (error) {
      await source.close();
      throw error;
    }
    return source;
  }

  read(target: Uint8Array, position: number): Promise<number> {
    return asInput(this.#split.name, this.#file.read(target, position));
  }

  async checkUnchanged(): Promise<void> {
    const status = await asInput(this.#split.name, this.#disk.status(this.#path));
    if (fileVersion(status) !== this.#split.version) throw inputChanged(this.#split.name);
  }

  close(): Promise<void> {
    return this.#file.close();
  }
}
