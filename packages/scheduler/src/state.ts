import type { Incarnation, Phase, TaskKind } from '@mapreduce/protocol';
import type { Attempt } from './attempt.ts';
import { EpochBook } from './epoch-book.ts';
import type { SchedulerCommand, SchedulerSettings } from './events.ts';
import { HeldMaps } from './held-maps.ts';
import { LinkedList } from './linked-list.ts';
import type { Suspicion } from './policies/fetch-failure.ts';
import { TaskTable } from './task-table.ts';
import type { Worker } from './worker.ts';

/**
 * All that the scheduler knows. `step` alone changes it, in place; everybody else reads it through
 * `views.ts`.
 */
export interface SchedulerState {
  readonly settings: SchedulerSettings;
  readonly epochs: EpochBook;
  phase: Phase;
  outcome: 'running' | 'succeeded' | 'failed' | 'cancelled';
  backupTasks: boolean;

  /** The coordinator's clock as last heard, in milliseconds. */
  now: number;
  /** How long the coordinator's process stood still, in all: the lease clock is `now - pausedMs`. */
  pausedMs: number;
  lastTick: number;
  /** Nothing is leased before: workers may still come with what they hold and run. */
  leasesFrom: number;
  /** More is to be done at once than one step was allowed to do. */
  backlog: boolean;

  readonly tasks: Record<TaskKind, TaskTable>;
  held: HeldMaps;
  /** Every live attempt, oldest first. */
  readonly attempts: LinkedList<Attempt>;
  liveBackups: number;
  /** By partition: the attempt that may commit. */
  readonly grants: Map<number, Attempt>;

  /** Every worker there ever was, by index. */
  readonly workers: Worker[];
  readonly byIncarnation: Map<Incarnation, Worker>;
  /** The live workers, longest silence first. */
  readonly silence: LinkedList<Worker>;
  /** Live workers that can be given a task now. */
  readonly waiting: LinkedList<Worker>;
  aliveWorkers: number;
  aliveSlots: number;
  /** Live workers that are to leave: they finish and serve, and are leased nothing. */
  readonly draining: Set<Worker>;
  /** Live workers that others are preferred to. */
  readonly unfit: Set<Worker>;
  /** Ended workers that may still be recorded as holders of maps. */
  readonly dissolving: Worker[];

  /** By map: reports that its holder cannot be reached, oldest first. */
  readonly suspicions: Map<number, Suspicion>;
  /** Since when idle maps have waited for a slot in the reduce phase. */
  shortageSince: number | undefined;
  /** No reduce is preempted before. */
  preemptAt: number;

  readonly totals: {
    started: number;
    failed: number;
    lost: number;
    backup: number;
    fetchFailures: number;
    moved: number;
    rerunAhead: number;
  };
}

/** Commands are collected in the order in which they are to be carried out. */
export type Commands = SchedulerCommand[];

/** Commands after which a step leaves what is not urgent to the next, so that none is slow. */
export const COMMANDS_A_STEP = 1_000;

/** A scheduler that waits for its first worker, to lease it `describe`. */
export function createScheduler(settings: SchedulerSettings): SchedulerState {
  return {
    settings,
    epochs: new EpochBook(settings.epoch),
    phase: 'describe',
    outcome: 'running',
    backupTasks: false,
    now: 0,
    pausedMs: 0,
    lastTick: 0,
    leasesFrom: 0,
    backlog: false,
    tasks: {
      describe: new TaskTable('describe', 1),
      sample: new TaskTable('sample', 0),
      map: new TaskTable('map', 0),
      reduce: new TaskTable('reduce', settings.reducers),
    },
    held: new HeldMaps(0),
    attempts: new LinkedList(),
    liveBackups: 0,
    grants: new Map(),
    workers: [],
    byIncarnation: new Map(),
    silence: new LinkedList(),
    waiting: new LinkedList(),
    aliveWorkers: 0,
    aliveSlots: 0,
    draining: new Set(),
    unfit: new Set(),
    dissolving: [],
    suspicions: new Map(),
    shortageSince: undefined,
    preemptAt: 0,
    totals: {
      ...{ started: 0, failed: 0, lost: 0, backup: 0, fetchFailures: 0 },
      ...{ moved: 0, rerunAhead: 0 },
    },
  };
}
