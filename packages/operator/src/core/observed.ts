import type { JobStatus, LeavingWorker } from '@mapreduce/protocol';
import type { JobResourceStatus, JobSpec } from '@mapreduce/protocol/resource';
import type { KubeObject } from '@mapreduce/controller-runtime';
import type { AttemptSource, Images } from './children/attempt-source.ts';
import type { JobIdentity } from './children/identity.ts';
import type { NodeFacts } from './node-facts.ts';
import type { DeploymentView } from './views/deployment-view.ts';
import type { PodView } from './views/pod-view.ts';

/** The MapReduceJob as it was last seen. */
export interface ObservedJob extends JobIdentity {
  readonly generation: number;
  readonly isDeleting: boolean;
  readonly spec: JobSpec | undefined;
  /** `path: message` for each reason why the spec is none. */
  readonly faults: readonly string[];
  /** Somebody else reconciles it. */
  readonly isForeign: boolean;
  readonly status: JobResourceStatus;
}

/** What the current coordinator said last. */
export interface CoordinatorReport {
  /** The pod that was asked. */
  readonly podUid: string;
  readonly status: JobStatus;
}

/** What came of talking to the coordinator. */
export interface CoordinatorTalk {
  readonly report?: CoordinatorReport;
  /** Since when it has given no answer. */
  readonly silentSince?: number;
  /** Why the last call was not answered. */
  readonly silence?: string;
  /** Its answer to the last request to let workers go. */
  readonly scaleDown?: { readonly workers: number; readonly victims: readonly LeavingWorker[] };
  /** All that drain, by its answer to the last request to drain some. */
  readonly drained?: readonly LeavingWorker[];
}

/** Why the API server did not take something. */
export interface Refusal {
  /** `Pod NAME`, `Deployment NAME`, … */
  readonly what: string;
  /** As the condition `Degraded` gives it: `NameTaken`, `ExceededQuota` or `FailedCreate`. */
  readonly reason: string;
  readonly message: string;
  /** It is the object that is wrong, and it will be refused again. */
  readonly isInvalid: boolean;
  /** The paths in that object at which it is wrong, where the API server names them. */
  readonly fields: readonly string[];
}

/**
 * The generation that this process raised last. Its pod is created once, by this process or never:
 * whoever finds another's generation cannot know whether its pod was there and is gone.
 */
export interface Launch {
  readonly generation: number;
  /** When its pod was sent to be created, in milliseconds since 1970; a late cache may not show it. */
  readonly sentAt?: number;
}

/** Something that a pod would mount and that is not there. */
export interface MissingSource {
  /** `ConfigMap NAME` or `Secret NAME`. */
  readonly what: string;
  /** Such as `ConfigMap NAME has no key KEY`. */
  readonly message: string;
}

/** Everything that a plan is made from. */
export interface Observed {
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly job: ObservedJob;
  /** What this attempt is made from; undefined before the first start. */
  readonly source: AttemptSource | undefined;
  /** The attempt's ConfigMap holds it. */
  readonly isSourceWritten: boolean;
  readonly pods: readonly PodView[];
  /** What pods that do not start would mount and is not there. */
  readonly missing: readonly MissingSource[];
  /**
   * The Secret with the job's tokens is gone and nobody has kept them, although pods run that know
   * them: others would not understand these.
   */
  readonly areTokensLost: boolean;
  readonly deployment: DeploymentView | undefined;
  /** The job's other objects that are there, by `KIND/NAME`. */
  readonly others: ReadonlyMap<string, KubeObject>;
  readonly nodes: NodeFacts;
  readonly talk: CoordinatorTalk;
  readonly refusals: readonly Refusal[];
  readonly launch: Launch | undefined;
}

/** What holds for all jobs. */
export interface Settings {
  readonly images: Images;
  /** For jobs that say nothing; undefined: they stay. */
  readonly ttlSeconds: number | undefined;
}
