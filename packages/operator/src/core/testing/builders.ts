import type { JobStatus } from '@mapreduce/protocol';
import {
  jobSpecSchema,
  type Condition,
  type ConditionType,
  type JobResourceStatus,
  type JobSpec,
} from '@mapreduce/protocol/resource';
import { aJobStatus } from '@mapreduce/testing';
import { firstSource, type AttemptSource } from '../children/attempt-source.ts';
import { conditionOf } from '../conditions.ts';
import { Draft, type Plan } from '../draft.ts';
import { noNodeFacts, type NodeFact, type NodeFacts } from '../node-facts.ts';
import type { CoordinatorTalk, Observed, ObservedJob, Settings } from '../observed.ts';
import { plan } from '../plan.ts';
import { formatTime } from '../time.ts';
import type { DeploymentView } from '../views/deployment-view.ts';
import type { PodView } from '../views/pod-view.ts';

/** Valid values to test with; say only what the test is about. */

/** When everything here happens. */
export const now = 1_800_000_000_000;
/** The time `seconds` ago, as a status has it. */
export const ago = (seconds: number) => formatTime(now - seconds * 1_000);

export const settings: Settings = {
  images: { coordinator: 'coordinator:1', worker: 'worker:1', pullPolicy: 'IfNotPresent' },
  ttlSeconds: 86_400,
};

export const identity = { namespace: 'team', name: 'count', uid: 'uid-1234-5678' };

type SpecParts = Readonly<Record<string, unknown>>;

export function aSpec(parts: SpecParts = {}): JobSpec {
  const least = { program: { builtin: { name: 'wordcount' } }, inputs: [{ sample: {} }] };
  return jobSpecSchema.parse({ ...least, ...parts });
}

export function aJob(parts: Partial<ObservedJob> = {}): ObservedJob {
  const job = { ...identity, generation: 1, isDeleting: false, isForeign: false };
  return { ...job, spec: aSpec(), faults: [], status: {}, ...parts };
}

/** Of an attempt that has started and runs tasks. */
export function aRunningStatus(parts: Partial<JobResourceStatus> = {}): JobResourceStatus {
  return {
    phase: 'Running',
    attempt: 0,
    retries: 0,
    jobId: 'count-uid-1234-0',
    startTime: ago(60),
    attemptTime: ago(60),
    runningTime: ago(55),
    coordinator: { generation: 1, pod: 'count-coordinator-1', node: 'node-1' },
    ...parts,
  };
}

export function aCondition(type: ConditionType, parts: Partial<Condition> = {}): Condition {
  return {
    type,
    status: 'True',
    reason: 'Because',
    message: '',
    lastTransitionTime: ago(10),
    ...parts,
  };
}

export function aCoordinator(parts: Partial<PodView> = {}): PodView {
  return { ...aPod('coordinator', 'count-coordinator-1'), generation: 1, ...parts };
}

export function aWorker(index = 1, parts: Partial<PodView> = {}): PodView {
  return { ...aPod('worker', `count-worker-${index}`), ip: `10.0.0.${index}`, ...parts };
}

export function addressOfWorker(index: number): string {
  return `http://10.0.0.${index}:7071`;
}

function aPod(role: PodView['role'], name: string): PodView {
  return {
    name,
    uid: `${name}-uid`,
    role,
    generation: 0,
    attempt: 0,
    node: 'node-1',
    ip: '10.0.0.200',
    phase: 'Running',
    ready: true,
    createdAt: now - 60_000,
    scheduledAt: now - 60_000,
    mayStart: true,
    deletedBy: undefined,
    reason: undefined,
    message: undefined,
    disruption: undefined,
    waiting: undefined,
    deletionCost: 0,
  };
}

export function aDeployment(parts: Partial<DeploymentView> = {}): DeploymentView {
  return {
    uid: 'deployment-uid',
    attempt: 0,
    replicas: 2,
    isDeleting: false,
    waiting: undefined,
    ...parts,
  };
}

export function aSource(spec = aSpec()): AttemptSource {
  return firstSource(identity, spec, settings.images);
}

/** A job that has not started. */
export function observed(parts: Partial<Observed> = {}): Observed {
  return {
    now,
    job: aJob(),
    source: undefined,
    isSourceWritten: false,
    pods: [],
    missing: [],
    areTokensLost: false,
    deployment: undefined,
    others: new Map(),
    nodes: noNodeFacts,
    talk: {},
    refusals: [],
    launch: undefined,
    ...parts,
  };
}

/** A job that runs with two workers. */
export function running(
  parts: Partial<Observed> = {},
  status: Partial<JobResourceStatus> = {},
  spec = aSpec(),
): Observed {
  return observed({
    job: aJob({ spec, status: aRunningStatus(status) }),
    source: aSource(spec),
    isSourceWritten: true,
    pods: [aCoordinator(), aWorker(1), aWorker(2)],
    deployment: aDeployment(),
    talk: heard(),
    ...parts,
  });
}

/** Throws where nothing is planned. */
export function planOf(seen: Observed): Plan {
  const made = plan(seen, settings);
  if (made === undefined) throw new Error('nothing was planned');
  return made;
}

export function draftOf(seen: Observed): Draft {
  return new Draft(seen);
}

export function nodeFacts(facts: Readonly<Record<string, Partial<NodeFact>>>): NodeFacts {
  const usual = { type: '', zone: '', ready: true, draining: false, gone: false };
  return { of: (node) => ({ ...usual, ...facts[node] }) };
}

/** What the coordinator of generation 1 said. */
export function heard(
  status: Partial<JobStatus> = {},
  talk: CoordinatorTalk = {},
): CoordinatorTalk {
  return {
    report: { podUid: 'count-coordinator-1-uid', status: aReport(status) },
    ...talk,
  };
}

export function aReport(parts: Partial<JobStatus> = {}): JobStatus {
  return aJobStatus({ job: 'count-uid-1234-0', ...parts });
}

type ReportedWorker = JobStatus['workers'][number];

export function aReportedWorker(
  index: number,
  parts: Partial<ReportedWorker> = {},
): ReportedWorker {
  return {
    incarnation: `w${index}`,
    address: addressOfWorker(index),
    slots: 1,
    busy: 1,
    state: 'alive',
    tasksCompleted: 0,
    relieved: false,
    ...parts,
  };
}

/** `True BecauseOf`, for instance; undefined where there is no such condition. */
export function conditionText(
  { status }: { readonly status: JobResourceStatus },
  type: ConditionType,
): string | undefined {
  const condition = conditionOf(status.conditions, type);
  return condition && `${condition.status} ${condition.reason}`;
}
