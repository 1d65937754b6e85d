import { ExecutorSlot, type LoadCommand } from './executor-slot.ts';
import type { WorkerPorts } from './ports.ts';
import { Bell } from './wait.ts';

/** Heap of an executor for jobs whose memory setting is at most half of it: 1 GiB. */
export const usualHeapBytes = 2 ** 30;

/** The heap of user code grows with the job's memory setting, though the engine's buffers lie beside it. */
export function heapBytes(memory: number): number {
  return Math.max(usualHeapBytes, 2 * memory);
}

/** The executors of a worker; each is free or runs one attempt. */
export class ExecutorPool {
  readonly #slots: readonly ExecutorSlot[];
  readonly #free: ExecutorSlot[];
  /** Rings whenever a slot becomes free. */
  readonly freed = new Bell();

  /** Starts the processes at once: they are up when the program is here. */
  constructor(ports: Pick<WorkerPorts, 'spawn' | 'clock' | 'log'>, slots: number) {
    this.#slots = Array.from({ length: slots }, () => new ExecutorSlot(ports, usualHeapBytes));
    this.#free = [...this.#slots];
  }

  get free(): number {
    return this.#free.length;
  }

  load(command: LoadCommand): void {
    for (const slot of this.#slots) slot.load(command, heapBytes(command.settings.memory));
  }

  /** A free slot, which is taken until its `release` is called; nothing when all are taken. */
  take(): { readonly slot: ExecutorSlot; readonly release: () => void } | undefined {
    const slot = this.#free.pop();
    if (slot === undefined) return undefined;
    let isTaken = true;
    const release = () => {
      if (!isTaken) return;
      isTaken = false;
      this.#free.push(slot);
      this.freed.ring();
    };
    return { slot, release };
  }

  close(): void {
    for (const slot of this.#slots) slot.close();
  }
}
