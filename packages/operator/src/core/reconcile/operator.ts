import {
  Manager,
  jsonEqual,
  nodes as nodeResource,
  type ApiClient,
  type ElectionEnd,
  type EventRecorder,
  type KubeObject,
  type LeaderElector,
  type RuntimeMetrics,
} from '@mapreduce/controller-runtime';
import type { Clock, Log, Random } from '@mapreduce/service';
import type { Settings } from '../observed.ts';
import { nodeFact } from '../views/node-view.ts';
import { followJobs, jobKeysOf, mapReduceJobs, type Caches } from './caches.ts';
import type { JobMetrics } from './job-totals.ts';
import { cachedNodes, noNodes } from './node-cache.ts';
import { JobReconciler } from './reconciler.ts';
import type { Connect } from './talks.ts';

export interface OperatorOptions {
  readonly client: ApiClient;
  /** Undefined: the whole cluster, its nodes included. */
  readonly namespaces: readonly string[] | undefined;
  readonly concurrency: number;
  readonly settings: Settings;
  readonly connect: Connect;
  readonly events: EventRecorder;
  /** Given the jobs that are there, for gauges. */
  readonly metrics: (jobs: () => readonly KubeObject[]) => JobMetrics;
  readonly runtimeMetrics: RuntimeMetrics;
  readonly elector?: LeaderElector;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

/** Nothing that a job waits for takes longer to be tried again. */
const backoff = { baseMs: 20, maxMs: 30_000 };
const reconcileTimeoutMs = 60_000;

/** All of the operator, over its ports. */
export class Operator {
  readonly #manager: Manager;
  readonly #reconciler: JobReconciler;

  constructor(options: OperatorOptions) {
    const { elector, runtimeMetrics, namespaces, concurrency, ...parts } = options;
    const { client, clock, random, log, settings, connect, events } = parts;
    this.#manager = new Manager({
      client,
      clock,
      random,
      log,
      metrics: runtimeMetrics,
      ...(elector !== undefined && { elector }),
    });
    const nodes = namespaces === undefined ? this.#manager.informer(nodeResource) : undefined;
    const caches = followJobs(this.#manager, { namespaces, nodes });
    this.#reconciler = new JobReconciler({
      client,
      caches,
      nodes: nodes === undefined ? noNodes : cachedNodes(nodes, client),
      settings,
      connect,
      events,
      metrics: options.metrics(() => caches.jobs.cache.list()),
      clock,
      random,
      log,
      enqueue: (key) => controller.enqueue(key),
    });
    const controller = this.#manager.controller(
      mapReduceJobs.plural,
      (key, signal) => this.#reconciler.reconcile(key, signal),
      { workers: concurrency, backoff, reconcileTimeoutMs },
    );
    controller.watches(caches.jobs);
    for (const child of caches.children) controller.watches(child, jobKeysOf);
    if (nodes !== undefined) followNodes(caches, nodes, controller);
  }

  /** Whether all caches are filled. */
  get isReady(): boolean {
    return this.#manager.hasSynced;
  }

  /** As `Manager.run`. */
  async run(signal: AbortSignal): Promise<ElectionEnd> {
    try {
      return await this.#manager.run(signal);
    } finally {
      this.#reconciler.close();
    }
  }
}

/** Looks at the jobs that have pods on a node again when what matters of it has changed. */
function followNodes(
  { children }: Caches,
  nodes: NonNullable<Caches['nodes']>,
  controller: ReturnType<Manager['controller']>,
): void {
  const podCache = children.find(({ resource }) => resource.kind === 'Pod')?.cache;
  podCache?.addIndex('node', (pod) => {
    const { nodeName } = (pod['spec'] ?? {}) as { readonly nodeName?: string };
    return nodeName === undefined ? [] : [nodeName];
  });
  const changed = ({ metadata: { name } }: KubeObject) => {
    for (const pod of podCache?.byIndex('node', name) ?? []) {
      for (const key of jobKeysOf(pod)) controller.enqueue(key);
    }
  };
  nodes.cache.addHandler({
    updated(before, after) {
      if (!jsonEqual(nodeFact(before), nodeFact(after))) changed(after);
    },
    deleted: changed,
  });
}
