import { podPaths, podPorts, type JobFile } from '@mapreduce/protocol/resource';
import type { PodRole } from '../views/pod-view.ts';
import { labelsOf, type JobIdentity } from './identity.ts';
import { mergeTemplate } from './merge-template.ts';

/** `metadata` and `spec` of a pod of the first attempt, before it is named. */
export interface PodTemplate {
  readonly metadata: {
    readonly labels: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  /** A user can write null anywhere: the API server refuses it. */
  readonly spec: Readonly<Record<string, unknown>> | null;
}

/** The template with labels that tell the pods of one attempt, or of one coordinator, from others. */
export function labelled(
  { metadata, spec }: PodTemplate,
  labels: Readonly<Record<string, string>>,
): PodTemplate {
  return { metadata: { ...metadata, labels: { ...metadata.labels, ...labels } }, spec };
}

export interface Volume {
  readonly name: string;
  readonly [source: string]: unknown;
}

export interface Mount {
  readonly name: string;
  readonly mountPath: string;
  readonly readOnly?: true;
}

export interface PodParts {
  readonly role: PodRole;
  readonly image: string;
  readonly pullPolicy: JobFile['images']['pullPolicy'];
  readonly args: readonly string[];
  readonly env: readonly object[];
  readonly ports: readonly { readonly name: string; readonly containerPort: number }[];
  readonly resources: object;
  readonly volumes: readonly Volume[];
  readonly mounts: readonly Mount[];
  readonly graceSeconds: number;
  readonly probes: object;
  /** The first process of the pod waits for those that lose their parent, which the role's does not. */
  readonly reaps?: boolean;
  /** The user's wishes. */
  readonly template: object | undefined;
}

/** The user id of everything in the images. */
const user = 65_532;

/** A pod of a node that does not answer is replaced after so long, not after Kubernetes' 5 minutes. */
const toleratedSeconds = 10;

const tolerations = ['not-ready', 'unreachable'].map((condition) => ({
  key: `node.kubernetes.io/${condition}`,
  operator: 'Exists',
  effect: 'NoExecute',
  tolerationSeconds: toleratedSeconds,
}));

/** Of `/tmp`. */
export const temporarySize = '256Mi';

/** A user can write null anywhere. */
interface Merged extends Pick<PodTemplate, 'spec'> {
  readonly metadata: PodTemplate['metadata'] | null;
}

/** A pod that restricted Pod Security admits, with the user's template over it. */
export function podTemplate(job: JobIdentity, parts: PodParts): PodTemplate {
  const { role, image, pullPolicy, args, env, ports, resources, probes } = parts;
  const labels = labelsOf(job, role);
  const own = {
    metadata: { labels },
    spec: {
      restartPolicy: 'Always',
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      ...(parts.reaps === true && { shareProcessNamespace: true }),
      terminationGracePeriodSeconds: parts.graceSeconds,
      securityContext: {
        runAsNonRoot: true,
        runAsUser: user,
        runAsGroup: user,
        fsGroup: user,
        fsGroupChangePolicy: 'OnRootMismatch',
        seccompProfile: { type: 'RuntimeDefault' },
      },
      tolerations,
      containers: [
        {
          name: role,
          image,
          imagePullPolicy: pullPolicy,
          args: [role, ...args],
          env: [...env],
          ports: [...ports, { name: 'metrics', containerPort: podPorts.metrics }],
          resources,
          securityContext: {
            allowPrivilegeEscalation: false,
            readOnlyRootFilesystem: true,
            capabilities: { drop: ['ALL'] },
          },
          volumeMounts: [...parts.mounts, { name: 'tmp', mountPath: '/tmp' }],
          terminationMessagePolicy: 'FallbackToLogsOnError',
          ...probes,
        },
      ],
      volumes: [...parts.volumes, { name: 'tmp', emptyDir: { sizeLimit: temporarySize } }],
    },
  };
  const { metadata, spec } = mergeTemplate(own, parts.template ?? {}) as Merged;
  const annotations = metadata?.annotations;
  // Objects are found by these labels: nobody's template may change them. Nor may it say where a pod
  // is made or whose it is: it would be made with the operator's rights, in any namespace.
  return {
    metadata: {
      labels: { ...metadata?.labels, ...labels },
      ...(annotations !== undefined && { annotations }),
    },
    spec,
  };
}

/** The tokens that a pod may read, as files of its user alone. */
export function tokensVolume(secretName: string, keys: readonly ('control' | 'worker')[]): Volume {
  const items = keys.map((key) => ({ key, path: key }));
  return { name: 'tokens', secret: { secretName, defaultMode: 0o440, items } };
}

export const tokensMount: Mount = { name: 'tokens', mountPath: podPaths.tokens, readOnly: true };

/** The claims of inputs, which coordinator and workers read. */
export function claimVolumes({ spec: { inputs, output } }: JobFile): {
  readonly volumes: Volume[];
  readonly mounts: Mount[];
} {
  const volumes: Volume[] = [];
  const mounts: Mount[] = [];
  inputs.forEach((input, index) => {
    if (!('pvc' in input)) return;
    const { claimName } = input.pvc;
    const name = `input-${index}`;
    volumes.push({ name, persistentVolumeClaim: { claimName, readOnly: true } });
    mounts.push({ name, mountPath: `${podPaths.inputs}/${index}`, readOnly: true });
  });
  if ('pvc' in output) {
    const { claimName } = output.pvc;
    volumes.push({ name: 'output', persistentVolumeClaim: { claimName } });
    mounts.push({ name: 'output', mountPath: podPaths.output });
  }
  return { volumes, mounts };
}

export function httpProbe(path: string, periodSeconds: number, failureThreshold: number) {
  return {
    httpGet: { path, port: 'metrics' },
    periodSeconds,
    timeoutSeconds: 2,
    failureThreshold,
  };
}
