import type { PodObject } from '@mapreduce/controller-runtime';
import type { JobObject } from '../job-object.ts';

/** A warning of Kubernetes, as far as it is looked at. */
export interface EventFact {
  readonly reason: string;
  readonly note: string;
  /** `Pod/NAME` and the like. */
  readonly regarding: string;
  /** When it was last seen, in milliseconds since the epoch. */
  readonly at: number;
}

/** Everything that an explanation is made from. */
export interface Facts {
  readonly job: JobObject;
  readonly pods: readonly PodObject[];
  readonly events: readonly EventFact[];
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** One thing that is so, and what to do about it. */
export interface Finding {
  /** One sentence. */
  readonly what: string;
  /** One sentence; absent where nothing is to be done. */
  readonly remedy?: string;
}

/** Looks for one kind of cause; several findings where there are several pods. */
export type Cause = (facts: Facts) => readonly Finding[];
