import { jsonEqual } from '@mapreduce/controller-runtime';
import type { JobSpec } from '@mapreduce/protocol/resource';
import type { Draft } from '../draft.ts';
import type { Observed } from '../observed.ts';

/** Fields of the spec that take effect whenever they change; all others count as at the start. */
const live = [
  'suspend',
  'cancel',
  'activeDeadlineSeconds',
  'preRunningDeadlineSeconds',
  'ttlSecondsAfterFinished',
] as const satisfies readonly (keyof JobSpec)[];

/**
 * The spec that counts: as the attempt was started with, but for what may change. Undefined where the
 * job never started and its spec is none.
 */
export function effectiveSpec({ job: { spec }, source }: Observed): JobSpec | undefined {
  if (source === undefined || spec === undefined) return spec ?? source?.file.spec;
  const { spec: started } = source.file;
  const kept = Object.entries(started).filter(([field]) => !isLive(field));
  const changed = Object.entries(spec).filter(([field]) => isLive(field));
  const workers = { ...started.workers, replicas: spec.workers.replicas };
  return { ...(Object.fromEntries([...kept, ...changed]) as JobSpec), workers };
}

/** Says which changes of the spec have no effect on a job that has started. */
export function reportIgnoredChanges({ job, source }: Observed, draft: Draft): void {
  if (source === undefined) return;
  const fields =
    job.spec === undefined
      ? job.faults
      : differences(withoutLive(source.file.spec), withoutLive(job.spec), 'spec', 2);
  const wasReported = draft.status.conditions?.some(({ type }) => type === 'SpecChangeIgnored');
  if (fields.length > 0) {
    draft.condition({
      type: 'SpecChangeIgnored',
      status: 'True',
      reason: 'StartedAlready',
      message: `the job goes on as it was started; delete it and apply it again for: ${fields.slice(0, 20).join(', ')}`,
    });
  } else if (wasReported === true) {
    draft.condition({
      type: 'SpecChangeIgnored',
      status: 'False',
      reason: 'AsStarted',
      message: '',
    });
  }
}

function isLive(field: string): boolean {
  return live.some((name) => name === field);
}

function withoutLive(spec: JobSpec): Readonly<Record<string, unknown>> {
  const workers = { ...spec.workers, replicas: 0 };
  const fixed = Object.entries(spec).filter(([field]) => !isLive(field));
  return { ...Object.fromEntries(fixed), workers };
}

/** Paths where two values differ, to a depth. */
function differences(before: unknown, after: unknown, path: string, depth: number): string[] {
  if (jsonEqual(before, after)) return [];
  if (depth === 0 || !isRecord(before) || !isRecord(after)) return [path];
  const fields = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...fields].flatMap((field) =>
    differences(before[field], after[field], `${path}.${field}`, depth - 1),
  );
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
