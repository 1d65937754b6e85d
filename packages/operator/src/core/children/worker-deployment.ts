import type { KubeObject } from '@mapreduce/controller-runtime';
import { parseSize } from '@mapreduce/protocol';
import {
  childNames,
  jobLabels,
  podPaths,
  podPorts,
  type JobFile,
  type WorkersSpec,
} from '@mapreduce/protocol/resource';
import type { AttemptSource } from './attempt-source.ts';
import { coordinatorUrl } from './coordinator-service.ts';
import { childOf, type JobIdentity } from './identity.ts';
import { withDiskRequest } from './disk-request.ts';
import {
  claimVolumes,
  httpProbe,
  labelled,
  podTemplate,
  temporarySize,
  tokensMount,
  tokensVolume,
  type PodTemplate,
} from './pod-template.ts';

/** What a pod may take beyond its worker's grace before it is killed. */
const reserveSeconds = 10;

const mib = 2 ** 20;
/** Of a Node.js process beyond the buffers that the job's `memory` bounds. */
const processBytes = 192 * mib;

/** The label selector of a job's workers, as a Deployment and the scale subresource have it. */
export function workerSelector({ uid }: JobIdentity): Record<string, string> {
  return { [jobLabels.jobUid]: uid, [jobLabels.role]: 'worker' };
}

/** The workers of the first attempt. */
export function workerTemplate(job: JobIdentity, file: JobFile): PodTemplate {
  const { workers, memory } = file.spec;
  const claims = claimVolumes(file);
  return podTemplate(job, {
    role: 'worker',
    image: file.images.worker,
    pullPolicy: file.images.pullPolicy,
    args: workerArguments(job, workers),
    env: [{ name: 'POD_IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } }],
    ports: [{ name: 'http', containerPort: podPorts.worker }],
    resources: withDiskRequest(
      workers.resources ?? defaultResources(workers.slots, parseSize(memory)),
      [workers.disk, temporarySize],
    ),
    volumes: [
      { name: 'data', emptyDir: { sizeLimit: workers.disk } },
      ...claims.volumes,
      tokensVolume(childNames.tokens(job), ['worker']),
    ],
    mounts: [{ name: 'data', mountPath: podPaths.data }, ...claims.mounts, tokensMount],
    graceSeconds: workers.graceSeconds + reserveSeconds,
    probes: {
      readinessProbe: httpProbe('/readyz', 2, 3),
      livenessProbe: { ...httpProbe('/healthz', 10, 6), initialDelaySeconds: 10 },
    },
    // Of what commands start, or leave behind, nothing may stay for ever.
    reaps: 'streaming' in file.spec.program,
    template: workers.template,
  });
}

/** All workers of one attempt. */
export function workerDeployment(
  job: JobIdentity,
  { file, pods }: AttemptSource,
  replicas: number,
): KubeObject {
  const name = childNames.workers(job.name);
  const attempt = { [jobLabels.attempt]: String(file.attempt) };
  return {
    ...childOf(job, {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      name,
      component: 'worker',
      labels: attempt,
    }),
    spec: {
      replicas,
      // The template never changes while the Deployment is there.
      revisionHistoryLimit: 0,
      strategy: { type: 'Recreate' },
      selector: { matchLabels: { ...workerSelector(job), ...attempt } },
      template: labelled(pods.worker, attempt),
    },
  };
}

function workerArguments(job: JobIdentity, { slots, graceSeconds }: WorkersSpec): string[] {
  const flags: Readonly<Record<string, string>> = {
    '--coordinator': coordinatorUrl(job),
    '--token-file': `${podPaths.tokens}/worker`,
    '--directory': `${podPaths.data}/data`,
    '--host': '$(POD_IP)',
    '--port': String(podPorts.worker),
    '--slots': String(slots),
    '--grace': `${graceSeconds}s`,
    '--metrics-port': String(podPorts.metrics),
  };
  return [...Object.entries(flags).flat(), '--stay'];
}

/** Each slot is a process with buffers of `memory` bytes; the supervisor is one more. */
function defaultResources(slots: number, memory: number) {
  const request = slots * (memory + processBytes) + processBytes;
  const limit = slots * (2 * memory + 2 * processBytes) + 2 * processBytes;
  return {
    requests: { cpu: `${slots * 250}m`, memory: `${Math.ceil(request / mib)}Mi` },
    limits: { memory: `${Math.ceil(limit / mib)}Mi` },
  };
}
