import type { KubeObject } from '@mapreduce/controller-runtime';
import {
  jobStatusResourceSchema,
  mapReduceJobSchema,
  type JobResourceStatus,
} from '@mapreduce/protocol/resource';
import type { ObservedJob } from '../observed.ts';

/** The value of `spec.managedBy` that means this operator, as does none. */
const ours = 'mapreduce.dev/operator';

export function jobView(object: KubeObject): ObservedJob {
  const { metadata } = object;
  const { status, ...rest } = object;
  const parsed = mapReduceJobSchema.safeParse(rest);
  const { managedBy = ours } = (object['spec'] ?? {}) as { readonly managedBy?: unknown };
  return {
    namespace: metadata.namespace ?? '',
    name: metadata.name,
    uid: metadata.uid ?? '',
    generation: metadata.generation ?? 0,
    isDeleting: metadata.deletionTimestamp !== undefined,
    spec: parsed.data?.spec,
    faults: (parsed.error?.issues ?? []).map(({ path, message }) =>
      path.length === 0 ? message : `${path.join('.')}: ${message}`,
    ),
    isForeign: managedBy !== ours,
    status: statusOf(status),
  };
}

/** What tells that a job has ended, and which attempt and coordinator it is at. */
const vital: ReadonlySet<string> = new Set(['conditions', 'coordinator', 'attempt', 'attemptTime']);

/**
 * The status as far as it is known here: what another version of the operator wrote and this one cannot
 * read is left out, and all else still counts. Throws for what may not be taken for absent: the job would
 * begin anew, or a generation come back.
 */
function statusOf(status: unknown): JobResourceStatus {
  if (typeof status !== 'object' || status === null) return {};
  const known = Object.entries(jobStatusResourceSchema.shape).flatMap(([field, schema]) => {
    const parsed = schema.safeParse((status as Readonly<Record<string, unknown>>)[field]);
    if (!parsed.success && vital.has(field)) {
      const faults = parsed.error.issues.map(({ message }) => message).join('; ');
      throw new TypeError(`status.${field}: ${faults}: was it written by a newer operator?`);
    }
    return parsed.success && parsed.data !== undefined ? [[field, parsed.data] as const] : [];
  });
  return Object.fromEntries(known);
}
