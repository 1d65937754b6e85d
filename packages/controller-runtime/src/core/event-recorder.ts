import type { KubeObject } from '../api/object.ts';

export interface EventFacts {
  /** `Warning` where somebody should look. */
  readonly type: 'Normal' | 'Warning';
  /** Why, in UpperCamelCase and at most 128 characters: `CreatedPod`. */
  readonly reason: string;
  /** What the controller did: `Create`. */
  readonly action: string;
  /** For people; cut at 1 kB. */
  readonly note: string;
}

/** Tells people what became of an object. Never throws, and never makes its caller wait. */
export interface EventRecorder {
  record(regarding: KubeObject, facts: EventFacts): void;
}
