import {
  done,
  formatKey,
  isConflict,
  isNotFound,
  jsonEqual,
  mergePatch,
  pods,
  requeueAfter,
  type ApiClient,
  type EventRecorder,
  type KubeObject,
  type ObjectKey,
  type ReconcileResult,
} from '@mapreduce/controller-runtime';
import type { Clock, Log, Random } from '@mapreduce/service';
import { conditionOf } from '../conditions.ts';
import type { Plan } from '../draft.ts';
import type { Observed, Settings } from '../observed.ts';
import { isTerminal, plan as makePlan } from '../plan.ts';
import { hurriedSeconds } from '../policies/remove-pods.ts';
import { jobView } from '../views/job-view.ts';
import { podView } from '../views/pod-view.ts';
import { Applier } from './apply.ts';
import { mapReduceJobs, orphanedPods, type Caches } from './caches.ts';
import { JobMemories, type JobMemory } from './job-memory.ts';
import type { JobMetrics } from './job-totals.ts';
import type { NodeSource } from './node-cache.ts';
import { newestJob, observe } from './observe.ts';
import type { Outcome } from './outcome.ts';
import { fieldManager, PrivateObjects } from './private-objects.ts';
import { isUrgent } from './status-urgency.ts';
import { Talk, type Connect } from './talks.ts';

export interface ReconcilerOptions {
  readonly client: ApiClient;
  readonly caches: Caches;
  readonly nodes: NodeSource;
  readonly settings: Settings;
  readonly connect: Connect;
  readonly events: EventRecorder;
  readonly metrics: JobMetrics;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** Reconciles the job soon: its coordinator has news. */
  readonly enqueue: (key: ObjectKey) => void;
}

/** What only counts up is written no more often. */
const statusMs = 1_000;
/** What was refused is tried again after this time, and then later and later. */
const [refusedMs, longestRefusedMs] = [1_000, 60_000];
/** Until a cache is looked at again that does not show a job which is there. */
const lateCacheMs = 1_000;
/** Plans of one reconcile: each rests on what the one before wrote. */
const mostRounds = 4;

/** Brings one job after another to what is asked for: observe, plan, apply. */
export class JobReconciler {
  readonly #options: ReconcilerOptions;
  readonly #memories = new JobMemories();
  readonly #privateObjects: PrivateObjects;
  readonly #applier: Applier;

  constructor(options: ReconcilerOptions) {
    this.#options = options;
    this.#privateObjects = new PrivateObjects(options.client, options.random);
    this.#applier = new Applier(options.client, this.#privateObjects);
  }

  /** Ends all talks with coordinators. */
  close(): void {
    this.#memories.close();
  }

  async reconcile(key: ObjectKey, signal: AbortSignal): Promise<ReconcileResult> {
    for (let round = 0; round < mostRounds; round += 1) {
      const result = await this.#once(key, signal);
      if (result !== 'again') return result;
    }
    return requeueAfter(100);
  }

  async #once(key: ObjectKey, signal: AbortSignal): Promise<ReconcileResult | 'again'> {
    const { client, caches, nodes, clock, settings } = this.#options;
    const text = formatKey(key);
    const object = newestJob(caches, key, this.#memories.peek(text)?.written);
    if (object === undefined) return this.#gone(key, signal);
    const job = jobView(object);
    const memory = this.#memories.of(text, job.uid);
    // The cache has caught up.
    if (object !== memory.written) delete memory.written;
    const sources = { client, caches, nodes, memory, privateObjects: this.#privateObjects };
    const seen = await observe(job, { ...sources, now: clock.wall() }, signal);
    const plan = makePlan(seen, settings);
    if (plan === undefined) return this.#forget(text);

    let written;
    try {
      written = await this.#writeStatus(object, seen, plan, memory, signal);
    } catch (error) {
      if (!isConflict(error)) throw error;
      memory.written = await this.#readAgain(key, job.uid, error, signal);
      return 'again';
    }
    if (plan.statusFirst) return 'again';
    if (plan.expired) {
      await this.#expire(written.object, signal);
      return this.#forget(text);
    }
    // Before anything that may fail: what the coordinator says may be the end of the job.
    await this.#talk(key, seen, plan, memory, signal);
    const outcome = await this.#applier.apply(seen, plan, memory, signal);
    this.#note(written.object, memory, outcome, seen);
    if (isTerminal(plan)) this.#privateObjects.forget(job.uid);
    const wakeAfter = Math.min(
      written.dueInMs,
      plan.wakeAt === undefined ? Infinity : Math.max(1, plan.wakeAt - seen.now),
    );
    if (!jsonEqual(outcome.refusals, seen.refusals)) {
      memory.refusedAgain = 0;
      return outcome.refusals.length > 0 ? 'again' : later(wakeAfter);
    }
    if (outcome.refusals.length === 0) return later(wakeAfter);
    // The job says so; a quota that is used up is no error of this operator.
    const delayMs = Math.min(longestRefusedMs, refusedMs * 2 ** memory.refusedAgain);
    memory.refusedAgain += 1;
    return requeueAfter(Math.min(delayMs, wakeAfter));
  }

  /** The job is gone, and what it owned goes; its workers need no time to hand anything over. */
  async #gone(key: ObjectKey, signal: AbortSignal): Promise<ReconcileResult> {
    const { caches, clock, client } = this.#options;
    const latest = clock.wall() + hurriedSeconds * 1_000;
    const orphans = orphanedPods(caches, key).filter(
      (pod) => (podView(pod)?.deletedBy ?? Infinity) > latest,
    );
    // The cache of pods may be ahead of that of jobs.
    const isThere =
      orphans.length > 0 && (await client.get(mapReduceJobs, key, { signal })) !== undefined;
    if (isThere) return requeueAfter(lateCacheMs);
    for (const { metadata } of orphans) {
      const { uid = '' } = metadata;
      const options = { preconditions: { uid }, gracePeriodSeconds: hurriedSeconds, signal };
      await client
        .delete(pods, { ...key, name: metadata.name }, options)
        .catch((error: unknown) => {
          if (!isConflict(error)) throw error;
        });
    }
    return this.#forget(formatKey(key));
  }

  #forget(key: string): ReconcileResult {
    const uid = this.#memories.peek(key)?.uid;
    if (uid !== undefined) this.#privateObjects.forget(uid);
    this.#memories.forget(key);
    return done;
  }

  /**
   * The one status write. It fails if anybody else has written the job since it was seen: the generation
   * rests on that. What only counts up waits until a second has passed.
   */
  async #writeStatus(
    object: KubeObject,
    seen: Observed,
    plan: Plan,
    memory: JobMemory,
    signal: AbortSignal,
  ): Promise<{ readonly object: KubeObject; readonly dueInMs: number }> {
    const { client, clock } = this.#options;
    const patch = mergePatch(object['status'], plan.status);
    if (patch === undefined) return { object, dueInMs: Infinity };
    const sinceWritten = clock.now() - (memory.writtenAt ?? -Infinity);
    if (sinceWritten < statusMs && !isUrgent(patch)) {
      return { object, dueInMs: statusMs - sinceWritten };
    }
    const { namespace = '', name, uid, resourceVersion } = object.metadata;
    const body = { metadata: { uid, resourceVersion }, status: patch };
    const options = { subresource: 'status', fieldManager, signal } as const;
    const written = await client.patch(mapReduceJobs, { namespace, name }, body, options);
    memory.written = written;
    memory.writtenAt = clock.now();
    const { generation } = plan.status.coordinator ?? {};
    if (generation !== undefined && generation !== seen.job.status.coordinator?.generation) {
      memory.launch = { generation };
    }
    this.#tell(written, seen, plan);
    return { object: written, dueInMs: Infinity };
  }

  /**
   * The job as it is now: somebody else has written it, so that what was planned may not hold, and the
   * cache may not show it for long. One that is gone, or has another's uid, is tried later and later
   * until the cache does.
   */
  async #readAgain(
    key: ObjectKey,
    uid: string,
    conflict: unknown,
    signal: AbortSignal,
  ): Promise<KubeObject> {
    const found = await this.#options.client.get(mapReduceJobs, key, { signal });
    if (found?.metadata.uid !== uid) throw conflict;
    return found;
  }

  /** Tells people and metrics what the status that was just written says. */
  #tell(object: KubeObject, seen: Observed, plan: Plan): void {
    const { events, metrics } = this.#options;
    for (const { type, reason, message } of plan.events) {
      events.record(object, { type, reason, action: 'Reconcile', note: message });
    }
    if (isTerminal({ status: seen.job.status }) || !isTerminal(plan)) return;
    const { status } = plan;
    const failed = conditionOf(status.conditions, 'Failed');
    metrics.finished({
      result: failed?.status === 'True' ? 'failed' : 'succeeded',
      reason: failed?.status === 'True' ? failed.reason : 'Succeeded',
      status,
    });
  }

  async #expire(object: KubeObject, signal: AbortSignal): Promise<void> {
    const { client } = this.#options;
    const { namespace = '', name, uid, resourceVersion } = object.metadata;
    const preconditions = {
      ...(uid !== undefined && { uid }),
      ...(resourceVersion !== undefined && { resourceVersion }),
    };
    try {
      await client.delete(mapReduceJobs, { namespace, name }, { preconditions, signal });
    } catch (error) {
      if (!isNotFound(error) && !isConflict(error)) throw error;
    }
  }

  #note(object: KubeObject, memory: JobMemory, outcome: Outcome, { refusals }: Observed) {
    const { events } = this.#options;
    for (const what of outcome.created) {
      const [kind = ''] = what.split(' ');
      events.record(object, {
        type: 'Normal',
        reason: `Created${kind}`,
        action: 'Create',
        note: `created ${what}`,
      });
    }
    for (const { what, message } of outcome.refusals) {
      if (refusals.some((known) => known.what === what && known.message === message)) continue;
      const reason = `FailedToCreate${what.split(' ')[0] ?? ''}`;
      events.record(object, { type: 'Warning', reason, action: 'Create', note: message });
    }
    memory.refusals = outcome.refusals;
  }

  /** Listens to the coordinator that the plan names, and to no other. */
  async #talk(
    key: ObjectKey,
    { job }: Observed,
    { contact, wish, status }: Plan,
    memory: JobMemory,
    signal: AbortSignal,
  ): Promise<void> {
    // A pod keeps its uid when its sandbox is made anew, and gets another address.
    if (!jsonEqual(contact, memory.talk?.contact)) {
      memory.talk?.end();
      delete memory.talk;
    }
    if (contact === undefined) return;
    if (memory.talk === undefined) {
      const { clock, log, connect, enqueue } = this.#options;
      const token = await this.#privateObjects.controlToken(job, signal);
      const onChange = () => enqueue(key);
      const id = status.jobId ?? '';
      memory.talk = new Talk({ contact, job: id, token, connect, clock, log, onChange });
    }
    memory.talk.wish(wish);
  }
}

function later(ms: number): ReconcileResult {
  return ms === Infinity ? done : requeueAfter(ms);
}
