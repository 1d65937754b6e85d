import { joinPath, type Disk } from '@mapreduce/service';

const namePattern = /^journal-\d{6}$/;

/** The journal files of a state directory: one a boot, in order. */
export class JournalFiles {
  readonly #disk: Disk;
  readonly #directory: string;

  constructor(disk: Disk, directory: string) {
    this.#disk = disk;
    this.#directory = directory;
  }

  static nameOf(boot: number): string {
    return `journal-${String(boot).padStart(6, '0')}`;
  }

  static bootOf(name: string): number {
    return Number(name.slice(-6));
  }

  path(name: string): string {
    return joinPath(this.#directory, name);
  }

  /** Oldest first. */
  async names(): Promise<string[]> {
    return (await this.#disk.list(this.#directory)).filter((name) => namePattern.test(name));
  }

  /** Whether a boot after this one has begun. */
  async hasLater(boot: number): Promise<boolean> {
    return (await this.names()).some((name) => JournalFiles.bootOf(name) > boot);
  }

  /**
   * The file's bytes, durable: what is built on them must not outlive them, and a killed process may
   * have left some that only its page cache had.
   */
  async read(name: string): Promise<Uint8Array> {
    const path = this.path(name);
    const bytes = await this.#disk.read(path);
    const file = await this.#disk.open(path);
    await file.fsync();
    await file.close();
    return bytes;
  }

  async removeBefore(boot: number): Promise<void> {
    for (const name of await this.names()) {
      if (JournalFiles.bootOf(name) < boot) await this.#disk.remove(this.path(name));
    }
  }
}
