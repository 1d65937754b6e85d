import { readdirSync, rmdirSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { makeDirectorySync } from '@mapreduce/service/node';
import { CliError } from '../exit-codes.ts';

/** A directory that was empty or absent, and holds what one command makes. */
export class NewDirectory {
  readonly #path: string;
  /** The topmost directory that was made for it, if any. */
  readonly #top: string | undefined;

  /** Makes it where it is absent. Throws `CliError` where it is not empty or cannot be made. */
  constructor(path: string) {
    this.#path = resolve(path);
    try {
      this.#top = makeDirectorySync(path);
      if (readdirSync(path).length === 0) return;
    } catch (error) {
      throw new CliError(`output ${path}: cannot be made: ${(error as Error).message}`);
    }
    throw new CliError(`output ${path}: not empty; name a directory that is empty or absent`);
  }

  /** Removes what is in it, and every directory that was made for it and holds nothing else. */
  takeBack(): void {
    for (const name of readdirSync(this.#path)) rmSync(join(this.#path, name));
    if (this.#top === undefined) return;
    for (let path = this.#path; ; path = dirname(path)) {
      if (readdirSync(path).length > 0) return;
      rmdirSync(path);
      if (path === resolve(this.#top)) return;
    }
  }
}
