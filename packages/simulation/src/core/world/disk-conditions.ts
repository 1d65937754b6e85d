import { DiskError } from '@mapreduce/service';
import type { DiskOperation } from '@mapreduce/service/virtual';

/** What may be the matter with a disk: it sees each operation, and may fail it or act upon it. */
export interface DiskCondition {
  /** Throws `DiskError` to make the operation fail. */
  readonly before?: (operation: DiskOperation, path: string) => void;
  /** The operation has had its effect, and nobody knows of it yet. */
  readonly after?: (operation: DiskOperation, path: string) => void;
}

/** What is the matter now with the disks of the world. Paths begin with the host's name. */
export class DiskConditions {
  readonly #conditions = new Set<DiskCondition>();
  #isExempt = false;
  readonly #full = new Map<string, () => void>();

  /** Holds until the function that is returned is called. */
  add(condition: DiskCondition): () => void {
    this.#conditions.add(condition);
    return () => void this.#conditions.delete(condition);
  }

  /** No more space below `path` until the function that is returned is called. */
  fill(path: string, onRefused: () => void): () => void {
    this.#full.set(path, onRefused);
    return () => void this.#full.delete(path);
  }

  isFull(path: string): boolean {
    return this.#refusal(path) !== undefined;
  }

  /** Does something to the disk that is no process's doing, whatever the matter is. */
  exempt(run: () => void): void {
    this.#isExempt = true;
    run();
    this.#isExempt = false;
  }

  readonly before = (operation: DiskOperation, path: string): void => {
    if (this.#isExempt) return;
    for (const condition of this.#conditions) condition.before?.(operation, path);
    if (!takesSpace.has(operation)) return;
    const refused = this.#refusal(path);
    if (refused === undefined) return;
    refused();
    throw new DiskError('ENOSPC', path, `cannot ${operation} ${path}: ENOSPC`);
  };

  readonly after = (operation: DiskOperation, path: string): void => {
    if (this.#isExempt) return;
    for (const condition of this.#conditions) condition.after?.(operation, path);
  };

  #refusal(path: string): (() => void) | undefined {
    for (const [prefix, refused] of this.#full) if (isBelow(path, prefix)) return refused;
    return undefined;
  }
}

const takesSpace = new Set<DiskOperation>(['create', 'append', 'makeDirectory']);

export function isBelow(path: string, prefix: string): boolean {
  return path.startsWith(prefix) && (path.length === prefix.length || path[prefix.length] === '/');
}
