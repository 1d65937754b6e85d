import type { KubeObject } from '@mapreduce/controller-runtime';
import type { JobResourceStatus } from '@mapreduce/protocol/resource';
import type { AttemptSource } from './children/attempt-source.ts';
import { withCondition, type ConditionValue } from './conditions.ts';
import type { Observed } from './observed.ts';

/** Kinds of which the operator deletes objects itself. */
export type DeletedKind = 'Pod' | 'Deployment' | 'PodDisruptionBudget';

export interface Deletion {
  readonly kind: DeletedKind;
  readonly name: string;
  /** Only this very object: one of the same name that came after it stays. */
  readonly uid: string;
  /** Instead of the time that its pod gives it. */
  readonly graceSeconds?: number;
}

export interface PlannedEvent {
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
}

/** What the coordinator is to be told, as a level: it is said again until it shows. */
export interface Wish {
  readonly cancel?: true;
  readonly scaleDown?: { readonly workers: number; readonly graceMs: number };
  readonly drain?: { readonly addresses: readonly string[]; readonly graceMs: number };
  readonly lost?: { readonly addresses: readonly string[] };
}

/** Whom to ask for the job's status. */
export interface Contact {
  readonly podUid: string;
  readonly ip: string;
}

export interface Plan {
  readonly status: JobResourceStatus;
  /**
   * The status is to be written before anything else is done, and then a new plan to be made: what
   * comes next rests on it.
   */
  readonly statusFirst: boolean;
  /** What pods need around them. */
  readonly surroundings: readonly KubeObject[];
  readonly workers: KubeObject | undefined;
  /** To how many replicas the Deployment that is there is to be brought. */
  readonly replicas: number | undefined;
  /** Pods that are there wait for their tokens. */
  readonly needsTokens: boolean;
  /** What the attempt is made from, where that is not written yet. */
  readonly source: AttemptSource | undefined;
  readonly coordinatorPod: KubeObject | undefined;
  readonly deletions: readonly Deletion[];
  readonly deletionCosts: readonly { readonly pod: string; readonly cost: number }[];
  readonly contact: Contact | undefined;
  readonly wish: Wish;
  readonly events: readonly PlannedEvent[];
  /** When to look again even if nothing happens, in milliseconds since 1970. */
  readonly wakeAt: number | undefined;
  /** The job itself is to be deleted: its time is over. */
  readonly expired: boolean;
}

/** A plan in the making. Policies add to it, and change the status in memory. */
export class Draft implements Plan {
  status: JobResourceStatus;
  statusFirst = false;
  surroundings: KubeObject[] = [];
  workers: KubeObject | undefined;
  replicas: number | undefined;
  needsTokens = false;
  source: AttemptSource | undefined;
  coordinatorPod: KubeObject | undefined;
  readonly deletions: Deletion[] = [];
  readonly deletionCosts: { readonly pod: string; readonly cost: number }[] = [];
  contact: Contact | undefined;
  wish: Wish = {};
  readonly events: PlannedEvent[] = [];
  wakeAt: number | undefined;
  expired = false;
  readonly #now: number;
  readonly #generation: number;

  constructor({ job, now }: Observed) {
    this.status = { ...job.status };
    this.#now = now;
    this.#generation = job.generation;
  }

  condition(value: ConditionValue): void {
    const { conditions = [] } = this.status;
    this.status = {
      ...this.status,
      conditions: withCondition(conditions, value, this.#generation, this.#now),
    };
  }

  set(parts: Partial<JobResourceStatus>): void {
    this.status = { ...this.status, ...parts };
  }

  clear(...fields: (keyof JobResourceStatus)[]): void {
    const dropped = new Set<string>(fields);
    this.status = Object.fromEntries(
      Object.entries(this.status).filter(([field]) => !dropped.has(field)),
    );
  }

  delete(deletion: Deletion): void {
    if (!this.deletions.some(({ uid }) => uid === deletion.uid)) this.deletions.push(deletion);
  }

  event(type: PlannedEvent['type'], reason: string, message: string): void {
    this.events.push({ type, reason, message });
  }

  /** Looks again at this time at the latest. */
  wake(at: number): void {
    this.wakeAt = Math.min(at, this.wakeAt ?? at);
  }
}
