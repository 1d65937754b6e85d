import {
  ApiError,
  isAlreadyExists,
  isConflict,
  isForbidden,
  isInvalid,
  type ApiClient,
  type KubeObject,
} from '@mapreduce/controller-runtime';
import { childNames } from '@mapreduce/protocol/resource';
import { marked } from '../children/applied.ts';
import { otherKey } from '../children/plan-children.ts';
import { deletionCostAnnotation } from '../views/pod-view.ts';
import type { Deletion, Plan } from '../draft.ts';
import type { Observed, Refusal } from '../observed.ts';
import { resourceOf } from './caches.ts';
import type { JobMemory } from './job-memory.ts';
import { checkOwned, NameTakenError } from './names-taken.ts';
import { fieldManager, type PrivateObjects } from './private-objects.ts';
import { settleAll } from './settle-all.ts';

export interface Outcome {
  /** What was created, by kind and name. */
  readonly created: readonly string[];
  readonly refusals: readonly Refusal[];
}

/** Why an object was not made: another one that is not the job's has its name. */
const nameTaken = 'NameTaken';

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
    const put = (object: KubeObject) =>
      outcome.note(object, () => this.#put(object, seen.others.has(otherKey(object)), job, signal));
    const startsPods = plan.coordinatorPod !== undefined || plan.workers !== undefined;
    const { source } = plan;
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
    // Behind a name that is taken somebody else listens, or lets in whom he likes: workers would send
    // him their token.
    if (outcome.refusals.some(({ isInvalid, reason }) => isInvalid || reason === nameTaken)) {
      return outcome;
    }
    // Without what is around them, pods would start later, as the kubelet looks again in a while.
    const { coordinatorPod: pod, workers, replicas } = plan;
    await settleAll([
      ...(pod === undefined ? [] : [this.#launch(memory, seen.now, () => put(pod))]),
      ...(workers === undefined ? [] : [put(workers)]),
      ...(replicas === undefined ? [] : [this.#scale(job, replicas, signal)]),
    ]);
    return outcome;
  }

  /** Sends a coordinator's pod. Only what the API server has surely not taken may be sent again. */
  async #launch(memory: JobMemory, now: number, put: () => Promise<boolean>): Promise<void> {
    const { launch } = memory;
    if (launch === undefined) return;
    memory.launch = { ...launch, sentAt: now };
    let isRefused = false;
    try {
      isRefused = !(await put());
    } catch (error) {
      isRefused = error instanceof ApiError && error.status >= 400 && error.status < 500;
      throw error;
    } finally {
      if (isRefused) memory.launch = launch;
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

/** Whether the object is at fault: one that cannot even be read (400), or one that breaks the rules. */
function isRefused(error: ApiError): boolean {
  return error.status === 400 || isInvalid(error);
}

class OutcomeBook implements Outcome {
  readonly created: string[] = [];
  readonly refusals: Refusal[] = [];

  /** Whether the API server has the object now. */
  async note(
    object: Pick<KubeObject, 'kind' | 'metadata'>,
    put: () => Promise<boolean>,
  ): Promise<boolean> {
    const what = `${object.kind} ${object.metadata.name}`;
    try {
      if (await put()) this.created.push(what);
      return true;
    } catch (error) {
      if (error instanceof NameTakenError) {
        const { message } = error;
        this.refusals.push({ what, reason: nameTaken, message, isInvalid: false, fields: [] });
      } else if (error instanceof ApiError && (isForbidden(error) || isRefused(error))) {
        const { reason, message, causes } = error;
        const fields = causes.map(({ field }) => field);
        this.refusals.push({ what, reason, message, isInvalid: isRefused(error), fields });
      } else throw error;
      return false;
    }
  }
}
