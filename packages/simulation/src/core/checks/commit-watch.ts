import type { World } from '../world/world.ts';
import type { History } from './history.ts';

const record = /\/commits\/(part-\d{5})\.json$/;

/** Watches commit records: there is one a part, and once linked it never changes or goes. */
export class CommitWatch {
  readonly #world: World;
  readonly #history: History;
  readonly #linked = new Map<string, string>();
  readonly #ever = new Set<string>();

  constructor(world: World, history: History) {
    this.#world = world;
    this.#history = history;
    world.diskConditions.add({
      after: (operation, path) => {
        const [, part] = record.exec(path) ?? [];
        if (operation === 'link' && part !== undefined) {
          this.#ever.add(part);
          this.#link(path);
        }
        // A job that did not succeed is taken back; without its journal it begins anew.
        if (operation === 'rename' && path.endsWith('-discarded')) this.#linked.clear();
      },
    });
  }

  /** Whether a part of this name was ever committed, whatever has become of it. */
  wasCommitted(part: string): boolean {
    return this.#ever.has(part);
  }

  /** A link that was not synced is gone with the power, and nobody can have been told of it. */
  losePower(): void {
    for (const path of this.#linked.keys()) {
      if (this.#read(path) === undefined) this.#linked.delete(path);
    }
  }

  check(): void {
    for (const [path, bytes] of this.#linked) {
      const now = this.#read(path);
      if (now === undefined) this.#history.report(`${path} is gone`);
      else if (now !== bytes) this.#history.report(`${path} has changed since it was linked`);
    }
  }

  #link(path: string): void {
    const bytes = this.#read(path) ?? '';
    const before = this.#linked.get(path);
    if (before === undefined) this.#linked.set(path, bytes);
    else if (before !== bytes) this.#history.report(`${path} was linked anew`);
  }

  #read(path: string): string | undefined {
    const { sync } = this.#world.disk;
    try {
      const bytes = new Uint8Array(sync.status(path).size);
      const file = sync.open(path);
      file.read(bytes, 0);
      file.close();
      return new TextDecoder().decode(bytes);
    } catch {
      return undefined;
    }
  }
}
