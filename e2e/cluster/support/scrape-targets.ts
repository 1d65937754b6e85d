import { renameSync, writeFileSync } from 'node:fs';
import { kubectlJson, type KubernetesObject } from './kubectl.ts';

interface ScrapedPod extends KubernetesObject {
  readonly status: { readonly phase?: string; readonly podIP?: string };
}

const everyMs = 1_000;

/**
 * The product's pods as targets of Prometheus, in a file that it watches: Debian's Prometheus is built
 * without the discovery of Kubernetes. Their labels are those that the chart's monitors give them.
 */
export class ScrapeTargets {
  readonly #file: string;
  readonly #ended = new AbortController();
  readonly #done: Promise<void>;

  constructor(file: string) {
    this.#file = file;
    this.#write([]);
    this.#done = this.#follow();
  }

  async stop(): Promise<void> {
    this.#ended.abort();
    await this.#done;
  }

  async #follow(): Promise<void> {
    while (!this.#ended.signal.aborted) {
      const { items } = await kubectlJson<{ items: readonly ScrapedPod[] }>(
        ...['get', 'pods', '-A', '-l', 'app.kubernetes.io/name=mapreduce'],
      );
      this.#write(items.flatMap(targetOf));
      await new Promise((resolve) => setTimeout(resolve, everyMs));
    }
  }

  /** Whole, or Prometheus would read a half. */
  #write(targets: readonly unknown[]): void {
    writeFileSync(`${this.#file}.new`, JSON.stringify(targets));
    renameSync(`${this.#file}.new`, this.#file);
  }
}

function targetOf({ metadata, status }: ScrapedPod): readonly unknown[] {
  if (status.phase !== 'Running' || status.podIP === undefined) return [];
  const { name: pod, namespace, labels = {} } = metadata;
  const component = labels['app.kubernetes.io/component'];
  const job = labels['mapreduce.dev/job-name'];
  const role = labels['mapreduce.dev/role'];
  return [
    {
      targets: [`${status.podIP}:9090`],
      labels: {
        ...{ job: component, namespace, pod },
        ...(job !== undefined && { job_name: job }),
        ...(role !== undefined && { role }),
      },
    },
  ];
}
