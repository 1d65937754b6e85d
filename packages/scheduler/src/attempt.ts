import type { AttemptId, Progress } from '@mapreduce/protocol';
import { listNode, type ListNode } from './linked-list.ts';
import type { TaskTable } from './task-table.ts';
import type { Worker } from './worker.ts';

/** An attempt that holds a lease. It is dropped when its lease ends, however that is. */
export class Attempt {
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
  missed = 0;
  /** As last heard; undefined before the first heartbeat that names it. */
  progress: Progress | undefined;
  /** When its progress last grew. */
  progressAt: number;
  /** Its place among the live attempts, oldest first. */
  readonly place: ListNode<Attempt>;

  constructor(terms: LeaseTerms, progress: Progress | undefined) {
    this.id = terms.id;
    this.table = terms.table;
    this.index = terms.index;
    this.number = terms.number;
    this.epoch = terms.epoch;
    this.worker = terms.worker;
    this.backup = terms.backup;
    this.resumed = terms.resumed;
    this.leasedAt = terms.leasedAt;
    this.renewedAt = terms.leasedAt;
    this.progress = progress;
    this.progressAt = terms.leasedAt;
    this.place = listNode<Attempt>(this);
  }

  /** Whether it still holds its lease. */
  get isLive(): boolean {
    return this.place.linked;
  }
}

/** What an attempt is from its lease on. */
export type LeaseTerms = Pick<
  Attempt,
  'id' | 'table' | 'index' | 'number' | 'epoch' | 'worker' | 'backup' | 'resumed' | 'leasedAt'
>;
