import type {
  AttemptError,
  AttemptId,
  Epoch,
  Incarnation,
  Progress,
  TaskId,
} from '@mapreduce/protocol';
import type { Restored } from './restore.ts';

/** What the scheduler is told. `at` is the coordinator's monotonic clock in milliseconds. */
export type SchedulerEvent =
  | {
      readonly kind: 'workerJoined';
      readonly at: number;
      readonly worker: Incarnation;
      readonly slots: number;
    }
  /** What an earlier life of the coordinator left; before any worker is heard of. */
  | ({ readonly kind: 'restored'; readonly at: number } & Restored)
  /** Nothing is to be leased before `until`: workers may come with what they hold and run. */
  | { readonly kind: 'leasesHeld'; readonly at: number; readonly until: number }
  /** Attempts are leased in this epoch from now on. What was leased before goes on. */
  | { readonly kind: 'epochRaised'; readonly at: number; readonly epoch: Epoch }
  /** The worker serves these outputs; others that it is known to hold, as before. */
  | {
      readonly kind: 'outputsHeld';
      readonly at: number;
      readonly worker: Incarnation;
      readonly outputs: readonly { readonly map: number; readonly attempt: AttemptId }[];
    }
  /** The worker still runs an attempt that an earlier life of the coordinator leased to it. */
  | {
      readonly kind: 'attemptResumed';
      readonly at: number;
      readonly worker: Incarnation;
      readonly attempt: AttemptId;
      readonly progress: Progress;
    }
  /** The worker leaves within `graceMs`: it is leased nothing any more. */
  | {
      readonly kind: 'workerDraining';
      readonly at: number;
      readonly worker: Incarnation;
      readonly graceMs: number;
    }
  /** The draining worker is not to leave after all. */
  | { readonly kind: 'workerStays'; readonly at: number; readonly worker: Incarnation }
  /** The draining worker cannot hand over these outputs: the maps run again while it serves them. */
  | {
      readonly kind: 'rerunAhead';
      readonly at: number;
      readonly worker: Incarnation;
      readonly maps: readonly number[];
    }
  /**
   * The worker is dead, and another has its directory. What it holds is waited for, as after a
   * restart of the coordinator: its successor may come to offer it.
   */
  | {
      readonly kind: 'workerReplaced';
      readonly at: number;
      readonly worker: Incarnation;
      readonly by: Incarnation;
    }
  /** It said good-bye: no need to wait for its silence. */
  | { readonly kind: 'workerLeft'; readonly at: number; readonly worker: Incarnation }
  /** Its machine is known to be gone: no need to wait for its silence either. */
  | { readonly kind: 'workerGone'; readonly at: number; readonly worker: Incarnation }
  /**
   * The worker asks for tasks for `slots` free slots. The first step that leases anything to it has
   * answered the question, and what it did not use lapses; until then the newest offer stands.
   */
  | {
      readonly kind: 'slotsOffered';
      readonly at: number;
      readonly worker: Incarnation;
      readonly slots: number;
    }
  /** The worker no longer waits for an answer; what it is leased after this it would not hear. */
  | { readonly kind: 'slotsWithdrawn'; readonly at: number; readonly worker: Incarnation }
  | {
      readonly kind: 'heartbeat';
      readonly at: number;
      readonly worker: Incarnation;
      /** Every attempt that it runs or has not yet had acknowledged the end of. */
      readonly attempts: readonly { readonly attempt: AttemptId; readonly progress: Progress }[];
    }
  /** The program described itself. What `plan` needs follows in `planned`. */
  | {
      readonly kind: 'described';
      readonly at: number;
      readonly worker: Incarnation;
      readonly attempt: AttemptId;
    }
  | {
      readonly kind: 'planned';
      readonly at: number;
      readonly maps: number;
      /** Sample tasks that must end before the first map; 0 without a range partitioner. */
      readonly samples: number;
      readonly backupTasks: boolean;
    }
  | {
      readonly kind: 'sampled';
      readonly at: number;
      readonly worker: Incarnation;
      readonly attempt: AttemptId;
    }
  | {
      readonly kind: 'mapCompleted';
      readonly at: number;
      readonly worker: Incarnation;
      readonly attempt: AttemptId;
    }
  /** The partition's commit record exists; `attempt` is the one that it names. */
  | {
      readonly kind: 'reduceCommitted';
      readonly at: number;
      readonly partition: number;
      readonly attempt: AttemptId;
    }
  | {
      readonly kind: 'attemptFailed';
      readonly at: number;
      readonly worker: Incarnation;
      readonly attempt: AttemptId;
      readonly error: AttemptError;
    }
  | {
      readonly kind: 'fetchFailed';
      readonly at: number;
      /** The reducer's worker and attempt. */
      readonly worker: Incarnation;
      readonly attempt: AttemptId;
      readonly map: number;
      readonly mapAttempt: AttemptId;
      readonly holder: Incarnation;
      readonly reason: 'unreachable' | 'gone' | 'corrupt';
    }
  | {
      readonly kind: 'grantRequested';
      readonly at: number;
      readonly worker: Incarnation;
      readonly attempt: AttemptId;
    }
  /** A map that ran again gave these partitions other records: their reduces begin anew. */
  | {
      readonly kind: 'reducesRedone';
      readonly at: number;
      readonly partitions: 'all' | readonly number[];
    }
  | { readonly kind: 'cancelled'; readonly at: number; readonly reason: string }
  /** Time passed. Due at the latest at the time `nextTick(state)` says. */
  | { readonly kind: 'tick'; readonly at: number };

/**
 * Why an attempt is lost whose worker is there: the worker is to leave before it would end, has not
 * named it, or merges records that maps have since given otherwise.
 */
export type LostReason = 'worker-left' | 'unnamed' | 'redone';

/** What the scheduler decides. The coordinator carries it out, in order. */
export type SchedulerCommand =
  | {
      readonly kind: 'lease';
      readonly worker: Incarnation;
      readonly attempt: AttemptId;
      readonly task: TaskId;
      readonly backup: boolean;
    }
  /** The attempt can no longer win: tell its worker with the next heartbeat. */
  | {
      readonly kind: 'cancelAttempt';
      readonly worker: Incarnation;
      readonly attempt: AttemptId;
      /** Its work is lost, and its task goes back to idle, for this reason. */
      readonly lost?: LostReason;
    }
  /**
   * The map's output is now this attempt's, held by this worker: append to the completion log. The
   * attempt may be the one that it was, at a new holder.
   */
  | {
      readonly kind: 'mapAvailable';
      readonly map: number;
      readonly attempt: AttemptId;
      readonly holder: Incarnation;
    }
  /** The map's output is gone: append to the completion log. */
  | { readonly kind: 'mapLost'; readonly map: number; readonly attempt: AttemptId }
  /**
   * The map runs again, though this worker still serves its output: the completion log names that
   * until the map has another, or the worker is gone.
   */
  | {
      readonly kind: 'mapRerunAhead';
      readonly map: number;
      readonly attempt: AttemptId;
      readonly holder: Incarnation;
    }
  /** The answer to one `grantRequested`. Also `refused`: the asker no longer holds a lease. */
  | {
      readonly kind: 'grant';
      readonly worker: Incarnation;
      readonly attempt: AttemptId;
      readonly grant: 'granted' | 'wait' | 'refused';
    }
  /** Silent for too long: its attempts and what it holds are given up. */
  | { readonly kind: 'workerLost'; readonly worker: Incarnation }
  | { readonly kind: 'phaseChanged'; readonly phase: 'sample' | 'map' | 'reduce' | 'finish' }
  | {
      readonly kind: 'jobFailed';
      readonly task: TaskId;
      /** The error that used up the last attempt. */
      readonly error: AttemptError;
      readonly limit: 'attempts' | 'vanished' | 'immediate';
    }
  | { readonly kind: 'jobCancelled'; readonly reason: string }
  /** Every part is committed. */
  | { readonly kind: 'allReduced' };

/** Fixed at the start of an epoch. Times in milliseconds. */
export interface SchedulerSettings {
  readonly epoch: Epoch;
  readonly reducers: number;
  /** A worker that is silent for so long is presumed dead (10 s). */
  readonly workerTimeoutMs: number;
  /** Failed attempts that fail the job (4), on at least 2 workers where there are 2. */
  readonly maxFailures: number;
  /** Vanished workers under one task that fail the job (16). */
  readonly maxVanished: number;
}
