import type { AttemptId, Progress } from '@mapreduce/protocol';
import type { TaskTable } from './task-table.ts';
import type { Worker } from './worker.ts';

/** A live attempt: one that holds a lease. It is dropped when its lease ends, however that is. */
export interface Attempt {
  readonly id: AttemptId;
  readonly table: TaskTable;
  readonly index: number;
  readonly number: number;
  /** The number of its epoch in the book. */
  readonly epoch: number;
  readonly worker: Worker;
  readonly backup: boolean;
  /** An earlier life of the coordinator leased it. */
  readonly resumed: boolean;
  readonly leasedAt: number;
  /** When a heartbeat last named it, or its lease began. */
  renewedAt: number;
  /** Heartbeats of its worker, since then, that did not name it. */
  missed: number;
  /** As last heard; undefined before the first heartbeat that names it. */
  progress: Progress | undefined;
  /** When its progress last grew. */
  progressAt: number;
}
