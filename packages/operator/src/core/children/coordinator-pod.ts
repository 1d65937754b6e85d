import { jsonEqual, type KubeObject } from '@mapreduce/controller-runtime';
import {
  childNames,
  jobLabels,
  podPaths,
  podPorts,
  type JobFile,
  type JobInput,
} from '@mapreduce/protocol/resource';
import type { AttemptSource } from './attempt-source.ts';
import { withDiskRequest } from './disk-request.ts';
import { childOf, type JobIdentity } from './identity.ts';
import {
  claimVolumes,
  httpProbe,
  labelled,
  podTemplate,
  temporarySize,
  tokensMount,
  tokensVolume,
  type Mount,
  type PodTemplate,
  type Volume,
} from './pod-template.ts';

/** What a coordinator may take to end: it has nothing to hand over. */
export const coordinatorGraceSeconds = 10;

const generationPath = `metadata.labels['${jobLabels.generation}']`;
const metricsArguments = ['--metrics-port', String(podPorts.metrics)];

const defaultResources = {
  requests: { cpu: '100m', memory: '256Mi' },
  limits: { memory: '2Gi' },
};

/** Whose pods all attempts are made from. */
const firstAttempt = 0;

/** The coordinators of the first attempt, of any generation. */
export function coordinatorTemplate(job: JobIdentity, file: JobFile): PodTemplate {
  const { coordinator } = file.spec;
  const own = [dataVolume(job, file), jobFileVolume(job, firstAttempt), programVolume(file)].filter(
    (volume) => volume !== undefined,
  );
  const configMaps = file.spec.inputs.map(inputVolume).filter((volume) => volume !== undefined);
  const claims = claimVolumes(file);
  return podTemplate(job, {
    role: 'coordinator',
    image: file.images.coordinator,
    pullPolicy: file.images.pullPolicy,
    args: ['--job', podPaths.jobFile, '--generation', '$(GENERATION)', ...metricsArguments],
    env: [
      { name: 'MAPREDUCE_OUTPUT', value: outputDirectory(file) },
      { name: 'GENERATION', valueFrom: { fieldRef: { fieldPath: generationPath } } },
    ],
    ports: [{ name: 'http', containerPort: podPorts.coordinator }],
    resources: withDiskRequest(coordinator.resources ?? defaultResources, [
      ...('emptyDir' in coordinator.volume ? [coordinator.volume.emptyDir.size] : []),
      temporarySize,
    ]),
    volumes: [
      ...[...own, ...configMaps].map(([volume]) => volume),
      ...claims.volumes,
      tokensVolume(childNames.tokens(job), ['control', 'worker']),
    ],
    mounts: [...[...own, ...configMaps].map(([, mount]) => mount), ...claims.mounts, tokensMount],
    graceSeconds: coordinatorGraceSeconds,
    probes: {
      readinessProbe: httpProbe('/readyz', 1, 3),
      livenessProbe: { ...httpProbe('/healthz', 10, 6), initialDelaySeconds: 10 },
    },
    template: coordinator.template,
  });
}

/** The coordinator of one generation: a bare pod, as no controller may start a second one of it. */
export function coordinatorPod(
  job: JobIdentity,
  { file: { attempt }, pods }: AttemptSource,
  generation: number,
): KubeObject {
  const { metadata, spec } = labelled(pods.coordinator, {
    [jobLabels.attempt]: String(attempt),
    [jobLabels.generation]: String(generation),
  });
  const name = childNames.coordinatorPod(job.name, generation);
  const pod = childOf(job, { apiVersion: 'v1', kind: 'Pod', name, component: 'coordinator' });
  return {
    ...pod,
    metadata: { ...pod.metadata, ...metadata },
    spec: ofAttempt(job, attempt, spec),
  };
}

/** The pod with the file of this attempt in place of the first one's. */
function ofAttempt(job: JobIdentity, attempt: number, spec: PodTemplate['spec']) {
  const volumes = spec?.['volumes'];
  if (!Array.isArray(volumes)) return spec;
  const [[first], [own]] = [jobFileVolume(job, firstAttempt), jobFileVolume(job, attempt)];
  const put = (volume: unknown) => (jsonEqual(volume, first) ? own : volume);
  return { ...spec, volumes: volumes.map(put) };
}

/** Where the parts are, as seen by the coordinator. */
export function outputDirectory({ spec: { output } }: JobFile): string {
  if (!('pvc' in output)) return podPaths.volumeOutput;
  const { path } = output.pvc;
  return path === '' ? podPaths.output : `${podPaths.output}/${path}`;
}

type Mounted = readonly [Volume, Mount];

function dataVolume(job: JobIdentity, { spec }: JobFile): Mounted {
  const { volume } = spec.coordinator;
  const source =
    'claim' in volume
      ? { persistentVolumeClaim: { claimName: childNames.coordinatorClaim(job.name) } }
      : { emptyDir: { sizeLimit: volume.emptyDir.size } };
  return [
    { name: 'data', ...source },
    { name: 'data', mountPath: podPaths.data },
  ];
}

function jobFileVolume(job: JobIdentity, attempt: number): Mounted {
  const mountPath = podPaths.jobFile.slice(0, podPaths.jobFile.lastIndexOf('/'));
  return [
    { name: 'job', configMap: { name: childNames.jobFile(job, attempt) } },
    { name: 'job', mountPath, readOnly: true },
  ];
}

function programVolume({ spec: { program } }: JobFile): Mounted | undefined {
  if (!('configMap' in program)) return undefined;
  return [
    { name: 'program', configMap: { name: program.configMap.name } },
    { name: 'program', mountPath: podPaths.program, readOnly: true },
  ];
}

function inputVolume(input: JobInput, index: number): Mounted | undefined {
  if (!('configMap' in input)) return undefined;
  const name = `input-${index}`;
  const { name: configMap, key } = input.configMap;
  const items = key === undefined ? {} : { items: [{ key, path: key }] };
  return [
    { name, configMap: { name: configMap, ...items } },
    { name, mountPath: `${podPaths.inputs}/${index}`, readOnly: true },
  ];
}
