import {
  ApiError,
  isAlreadyExists,
  isConflict,
  type ApiClient,
  type KubeObject,
} from '@mapreduce/controller-runtime';
import { childNames } from '@mapreduce/protocol/resource';
import { marked } from '../children/applied.ts';
import { otherKey } from '../children/plan-children.ts';
import { deletionCostAnnotation } from '../views/pod-view.ts';
import type { Deletion, Plan } from '../draft.ts';
import type { Observed } from '../observed.ts';
import { resourceOf } from './caches.ts';
import type { JobMemory } from './job-memory.ts';
import { checkOwned } from './names-taken.ts';
import { isFaultOfRequest, OutcomeBook, type Outcome, type Sent } from './outcome.ts';
import { fieldManager, type PrivateObjects } from './private-objects.ts';
import { holdsPods, openRefusals } from './refusals.ts';
import { settleAll } from './settle-all.ts';

/** Carries a plan out, but for the status. */
export class Applier {
  readonly #client: ApiClient;
  readonly #privateObjects: PrivateObjects;

  constructor(client: ApiClient, privateObjects: PrivateObjects) {
    this.#client = client;
    this.#privateObjects = privateObjects;
  }

  /** Objects that the API server will not take are told; whatever else goes wrong is thrown. */
  async apply(
    seen: Observed,
    plan: Plan,
    memory: JobMemory,
    signal: AbortSignal,
  ): Promise<Outcome> {
    const { job } = seen;
    await settleAll(
      plan.deletions.map((deletion) => this.#delete(job.namespace, deletion, signal)),
    );
    await settleAll(plan.deletionCosts.map((cost) => this.#mark(job.namespace, cost, signal)));
    const outcome = new OutcomeBook();
    const { coordinatorPod: pod, workers, replicas, source } = plan;
    const put = (object: KubeObject) =>
      outcome.note(object, () => this.#put(object, seen.others.has(otherKey(object)), job, signal));
    const startsPods = pod !== undefined || workers !== undefined;
    const own = (kind: string, name: string, put: () => Promise<unknown>) =>
      outcome.note({ kind, metadata: { name } }, () => put().then(() => false));
    const tokens = () => this.#privateObjects.putTokens(job, signal);
    await settleAll([
      ...(startsPods || plan.needsTokens ? [own('Secret', childNames.tokens(job), tokens)] : []),
      ...(source === undefined
        ? []
        : [
            own('ConfigMap', childNames.jobFile(job, source.file.attempt), () =>
              this.#privateObjects.writeSource(job, source, signal),
            ),
          ]),
      ...plan.surroundings.map(put),
    ]);
    if (!outcome.refusals.some((refusal) => holdsPods(refusal, seen))) {
      // Without what is around them, pods would start later, as the kubelet looks again in a while.
      await settleAll([
        ...(pod === undefined ? [] : [this.#launch(memory, seen.now, () => put(pod))]),
        ...(workers === undefined ? [] : [put(workers)]),
        ...(replicas === undefined ? [] : [this.#scale(job, replicas, signal)]),
      ]);
    }
    outcome.refusals.push(...openRefusals(seen, plan));
    return outcome;
  }

  /** Sends a coordinator's pod. Only what the API server has surely not taken may be sent again. */
  async #launch(memory: JobMemory, now: number, put: () => Promise<Sent>): Promise<void> {
    const { launch } = memory;
    if (launch === undefined) return;
    memory.launch = { ...launch, sentAt: now };
    try {
      if ((await put()) === 'refused') memory.launch = launch;
    } catch (error) {
      if (isFaultOfRequest(error)) memory.launch = launch;
      throw error;
    }
  }

  /** A new object is created, so that nobody else's of the same name is ever taken over. */
  async #put(
    object: KubeObject,
    isSeen: boolean,
    job: Observed['job'],
    signal: AbortSignal,
  ): Promise<boolean> {
    const resource = resourceOf(object.kind);
    const wanted = marked(object);
    if (isSeen) {
      await this.#client.apply(resource, wanted, { fieldManager, force: true, signal });
      return false;
    }
    try {
      await this.#client.create(resource, wanted, { fieldManager, signal });
      return true;
    } catch (error) {
      if (!isAlreadyExists(error)) throw error;
    }
    const { namespace } = job;
    const { name } = object.metadata;
    const found = await this.#client.get(resource, { namespace, name }, { signal });
    if (found !== undefined) checkOwned(found, job);
    return false;
  }

  async #scale(job: Observed['job'], replicas: number, signal: AbortSignal): Promise<void> {
    const key = { namespace: job.namespace, name: childNames.workers(job.name) };
    const patch = { spec: { replicas } };
    await this.#client.patch(resourceOf('Deployment'), key, patch, { fieldManager, signal });
  }

  async #delete(namespace: string, deletion: Deletion, signal: AbortSignal) {
    const { kind, name, uid, graceSeconds } = deletion;
    const hurry = graceSeconds === undefined ? {} : { gracePeriodSeconds: graceSeconds };
    try {
      const options = { preconditions: { uid }, ...hurry, signal };
      await this.#client.delete(resourceOf(kind), { namespace, name }, options);
    } catch (error) {
      // Another of its name is there: that one was not meant.
      if (!isConflict(error)) throw error;
    }
  }

  async #mark(
    namespace: string,
    { pod, cost }: Plan['deletionCosts'][number],
    signal: AbortSignal,
  ): Promise<void> {
    const annotations = { [deletionCostAnnotation]: cost === 0 ? null : String(cost) };
    const key = { namespace, name: pod };
    try {
      await this.#client.patch(resourceOf('Pod'), key, { metadata: { annotations } }, { signal });
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 404) throw error;
    }
  }
}
