import {
  controllerOf,
  deployments,
  pods,
  type ApiClient,
  type KubeObject,
} from '@mapreduce/controller-runtime';
import type { JobStatus } from '@mapreduce/protocol';
import { jobLabels } from '@mapreduce/protocol/resource';
import { TransportError, type Clock } from '@mapreduce/service';
import type { SeededRandom } from '@mapreduce/service/virtual';
import type { Connect } from '../reconcile/talks.ts';
import { aReport } from './builders.ts';

const tickMs = 250;
/** Looks at its coordinator that a usual job takes. */
const usualWork = 20;

interface PodSpec {
  readonly replicas?: number;
  readonly template?: { readonly metadata: KubeObject['metadata']; readonly spec: object };
  readonly nodeName?: string;
}

/** Kubelets, the Deployments' controller and coordinators, as far as an operator sees them. */
export class PretendedCluster {
  readonly #api: ApiClient;
  readonly #clock: Clock;
  readonly #random: SeededRandom;
  /** What the coordinator of a pod has done, by the pod's address. */
  readonly #done = new Map<string, number>();
  readonly #work: number;
  #pods = 0;

  constructor(api: ApiClient, clock: Clock, random: SeededRandom, work = usualWork) {
    this.#api = api;
    this.#clock = clock;
    this.#random = random;
    this.#work = work;
  }

  run(signal: AbortSignal): void {
    if (signal.aborted) return;
    void this.#tick().finally(() => this.#clock.after(tickMs, () => this.run(signal)));
  }

  readonly connect: Connect = () => ({
    close: () => undefined,
    call: async (address, route) => {
      const ip = new URL(address).hostname;
      const { items } = await this.#api.list(pods);
      const pod = items.find((object) => statusOf(object).podIP === ip);
      if (pod === undefined || this.#random.chance(0.1)) throw new TransportError('no answer');
      if (route !== 'status') return { victims: [], workers: [] } as never;
      return this.#report(pod, ip) as never;
    },
  });

  #report(pod: KubeObject, ip: string): JobStatus {
    const done = (this.#done.get(ip) ?? 0) + 1;
    this.#done.set(ip, done);
    const {
      jobName = '',
      jobUid = '',
      attempt = '0',
    } = Object.fromEntries(
      Object.entries(jobLabels).map(([name, label]) => [name, pod.metadata.labels?.[label]]),
    );
    return aReport({
      version: done,
      job: `${jobName}-${jobUid.slice(0, 8)}-${attempt}`,
      state: done >= this.#work ? 'succeeded' : 'running',
    });
  }

  async #tick(): Promise<void> {
    const found = (await this.#api.list(pods)).items;
    for (const pod of found) await this.#kubelet(pod);
    for (const deployment of (await this.#api.list(deployments)).items) {
      await this.#scale(deployment, found);
    }
    const uids = new Set((await this.#api.list(deployments)).items.map((d) => d.metadata.uid));
    for (const pod of found) {
      const owner = controllerOf(pod);
      if (owner?.kind === 'ReplicaSet' && !uids.has(owner.uid)) await this.#delete(pod);
    }
  }

  /** Starts what is new, and ends what is to go. */
  async #kubelet(pod: KubeObject): Promise<void> {
    const { namespace = '', name, deletionTimestamp } = pod.metadata;
    if (deletionTimestamp !== undefined) {
      if (this.#random.chance(0.5)) await this.#delete(pod, 0);
    } else if (statusOf(pod).podIP === undefined) {
      this.#pods += 1;
      const podIP = `10.0.${this.#pods >> 8}.${this.#pods & 255}`;
      const conditions = [{ type: 'Ready', status: 'True' }];
      const key = { namespace, name };
      await this.#api.patch(pods, key, { spec: { nodeName: 'node-1' } });
      const status = { phase: 'Running', podIP, conditions };
      await this.#api.patch(pods, key, { status }, { subresource: 'status' });
    }
  }

  async #scale(deployment: KubeObject, found: readonly KubeObject[]): Promise<void> {
    const { template, replicas = 1 } = deployment['spec'] as PodSpec;
    const { uid = '', namespace = '', name } = deployment.metadata;
    const own = found.filter(
      (pod) => controllerOf(pod)?.uid === uid && pod.metadata.deletionTimestamp === undefined,
    );
    for (const pod of own.slice(replicas)) await this.#delete(pod);
    for (let missing = own.length; missing < replicas; missing += 1) {
      const owner = { apiVersion: 'apps/v1', kind: 'ReplicaSet', name, uid, controller: true };
      this.#pods += 1;
      const metadata = {
        ...template?.metadata,
        namespace,
        name: `${name}-${this.#pods}`,
        ownerReferences: [owner],
      };
      await this.#api.create(pods, {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata,
        spec: template?.spec,
      });
    }
  }

  async #delete({ metadata: { namespace = '', name } }: KubeObject, gracePeriodSeconds = 1) {
    await this.#api.delete(pods, { namespace, name }, { gracePeriodSeconds });
  }
}

interface PodStatus {
  readonly podIP?: string;
}

function statusOf(pod: KubeObject): PodStatus {
  return pod['status'] ?? {};
}
