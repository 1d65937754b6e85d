import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where inputs, outputs and what peers need are kept: nothing of it belongs in the repository. */
export class Cache {
  readonly root: string;

  /** `MAPREDUCE_BENCH_DIR`, or `bench/.data`. */
  constructor() {
    this.root =
      process.env['MAPREDUCE_BENCH_DIR'] ?? fileURLToPath(new URL('../.data', import.meta.url));
  }

  path(...parts: string[]): string {
    return join(this.root, ...parts);
  }

  /**
   * The directory of that name, made once: `make` fills an empty one, which gets its name only when
   * it is complete. What it holds must follow from the name.
   */
  async once(name: string, make: (directory: string) => Promise<void> | void): Promise<string> {
    const directory = this.path(name);
    if (!existsSync(directory)) {
      const partial = await this.fresh(`${name}.partial`);
      await make(partial);
      await rename(partial, directory);
    }
    return directory;
  }

  /** An empty directory of that name. */
  async fresh(name: string): Promise<string> {
    const directory = this.path(name);
    await rm(directory, { recursive: true, force: true });
    await mkdir(directory, { recursive: true });
    return directory;
  }

  async remove(name: string): Promise<void> {
    await rm(this.path(name), { recursive: true, force: true });
  }
}
