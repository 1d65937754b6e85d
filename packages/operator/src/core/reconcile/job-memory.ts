import type { KubeObject } from '@mapreduce/controller-runtime';
import type { Launch, Refusal } from '../observed.ts';
import type { Talk } from './talks.ts';

/**
 * What this process remembers of a job between two looks at it. All of it may be lost: it spares work
 * and bridges late caches, and no decision rests on it alone.
 */
export interface JobMemory {
  readonly uid: string;
  /** The job as the last status write left it, or as it was read after one that met a conflict. */
  written?: KubeObject;
  /** When the status was last written, on the monotonic clock. */
  writtenAt?: number;
  talk?: Talk;
  refusals: readonly Refusal[];
  /** How often the very same was refused again. */
  refusedAgain: number;
  launch?: Launch;
}

export class JobMemories {
  readonly #memories = new Map<string, JobMemory>();

  /** A new one for a job that was not known, or has another's name. */
  of(key: string, uid: string): JobMemory {
    const known = this.#memories.get(key);
    if (known?.uid === uid) return known;
    known?.talk?.end();
    const memory: JobMemory = { uid, refusals: [], refusedAgain: 0 };
    this.#memories.set(key, memory);
    return memory;
  }

  peek(key: string): JobMemory | undefined {
    return this.#memories.get(key);
  }

  forget(key: string): void {
    this.#memories.get(key)?.talk?.end();
    this.#memories.delete(key);
  }

  /** Ends all talks. */
  close(): void {
    for (const key of [...this.#memories.keys()]) this.forget(key);
  }
}
