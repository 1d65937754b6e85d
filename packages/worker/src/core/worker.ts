import type { KeptParts } from './commit/kept-parts.ts';
import type { RunningAttempts } from './attempts/running-attempts.ts';
import type { CoordinatorClient } from './coordinator-client.ts';
import type { CoordinatorLink } from './coordinator-link.ts';
import type { ExecutorPool } from './executor-pool.ts';
import type { HeldOutputs } from './held/held-outputs.ts';
import type { Leaving } from './leave/leaving.ts';
import type { TakeOvers } from './leave/take-overs.ts';
import type { WorkerOptions, WorkerPorts } from './ports.ts';
import type { Semaphore } from './semaphore.ts';
import type { SegmentStore } from './shuffle/segment-store.ts';

/** What outlives a session: a worker has one, whatever becomes of its coordinator. */
export interface Worker {
  readonly ports: WorkerPorts;
  readonly options: WorkerOptions;
  readonly client: CoordinatorClient;
  /** By which attempts speak to the coordinator of the moment. */
  readonly link: CoordinatorLink;
  readonly pool: ExecutorPool;
  readonly attempts: RunningAttempts;
  readonly held: HeldOutputs;
  readonly store: SegmentStore;
  readonly parts: KeptParts;
  readonly leaving: Leaving;
  readonly takeOvers: TakeOvers;
  /** Bounds how many holders this worker fetches from at once. */
  readonly fetches: Semaphore;
}
