import { globSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { World } from '../world/world.ts';

/** Debian's package faketime; undefined where it is not installed. */
export function faketimeLibrary(): string | undefined {
  return globSync('/usr/lib/*/faketime/libfaketimeMT.so.1')[0];
}

/** A wall clock of one process (and its children) that can be set; the machine's is left alone. */
export class WallClock {
  readonly env: Readonly<Record<string, string>>;
  readonly #world: World;
  readonly #name: string;
  readonly #file: string;

  /** @param name whose clock it is */
  constructor(world: World, name: string) {
    const library = faketimeLibrary();
    if (library === undefined) throw new Error('libfaketime is not installed');
    this.#world = world;
    this.#name = name;
    this.#file = join(world.setting.directory, `clock of ${name}`);
    this.#set(0);
    this.env = {
      LD_PRELOAD: library,
      FAKETIME_TIMESTAMP_FILE: this.#file,
      FAKETIME_CACHE_DURATION: '1',
      // The monotonic clock never jumps: that is what it is for.
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
    };
  }

  /** Sets it to so many seconds from the true time; the process sees it within a second. */
  jump(seconds: number): void {
    this.#set(seconds);
    this.#world.setting.recorder.fired('clock jump', `${this.#name}: ${seconds} s`);
  }

  #set(seconds: number): void {
    const written = `${this.#file}.new`;
    writeFileSync(written, `${seconds < 0 ? '' : '+'}${seconds}\n`);
    renameSync(written, this.#file);
  }
}
