import { listObjects, type KubernetesObject } from './kubectl.ts';

interface Pod extends KubernetesObject {
  readonly status: { readonly podIP: string };
}

export interface OperatorMetrics {
  readonly requests: number;
  readonly reconciles: number;
  readonly finishedJobs: number;
  readonly reconcileSeconds: number;
  readonly residentBytes: number;
  readonly cpuSeconds: number;
}

/** Sums of the operator's own metrics, over its pods. */
export async function operatorMetrics(): Promise<OperatorMetrics> {
  const pods = await listObjects<Pod>(
    'mapreduce-system',
    'pods',
    'app.kubernetes.io/component=operator',
  );
  const texts = await Promise.all(
    pods.map(async ({ status }) => (await fetch(`http://${status.podIP}:9090/metrics`)).text()),
  );
  const sum = (name: string) => {
    const lines = texts.flatMap((text) => [
      ...text.matchAll(new RegExp(`^${name}(?:\\{[^}]*\\})? (\\S+)$`, 'gm')),
    ]);
    // One with labels says nothing before the first time, but that it is there.
    const family = `# TYPE ${name.replace(/_(?:count|sum)$/, '')} `;
    if (!texts.some((text) => text.includes(family))) {
      throw new Error(`the operator has no metric ${name}`);
    }
    return lines.reduce((total, [, value]) => total + Number(value), 0);
  };
  return {
    requests: sum('rest_client_requests_total'),
    reconciles: sum('controller_runtime_reconcile_time_seconds_count'),
    finishedJobs: sum('mapreduce_jobs_finished_total'),
    reconcileSeconds: sum('controller_runtime_reconcile_time_seconds_sum'),
    residentBytes: sum('process_resident_memory_bytes'),
    cpuSeconds: sum('process_cpu_seconds_total'),
  };
}
