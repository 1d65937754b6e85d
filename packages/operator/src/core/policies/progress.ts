import type { JobStatus } from '@mapreduce/protocol';
import type { JobResourceStatus } from '@mapreduce/protocol/resource';
import type { Draft } from '../draft.ts';
import type { Observed } from '../observed.ts';
import { formatTime } from '../time.ts';
import { addressOf, workerPods } from './readiness.ts';
import { currentReport } from './report.ts';

type Progress = NonNullable<JobResourceStatus['progress']>;

/** Maps and reduces weigh alike; no share of the work is known before it is planned. */
function percentageOf({ maps, reduces, state }: JobStatus): number {
  if (state === 'succeeded') return 100;
  const share = ({ completed, total }: JobStatus['maps']) => (total === 0 ? 0 : completed / total);
  return Math.min(99, Math.floor(50 * share(maps) + 50 * share(reduces)));
}

/** Copies what the coordinator tells into the status. */
export function progress(seen: Observed, draft: Draft): void {
  const { now } = seen;
  const status = currentReport(seen);
  if (status === undefined) return;
  const { maps, reduces, attempts, phaseMs } = status;
  if (draft.status.runningTime === undefined && hasBegun(status)) {
    draft.set({ runningTime: formatTime(now), phase: 'Running' });
    draft.condition({ type: 'Running', status: 'True', reason: 'TasksBegun', message: '' });
  }
  const before = draft.status.progress;
  const next: Progress = {
    ...progressOf(status, before?.lastUpdatedTime ?? formatTime(now)),
    ...straggler(seen, draft, status.straggler),
  };
  const isSame = before !== undefined && JSON.stringify(before) === JSON.stringify(next);
  draft.set({
    progress: isSame ? before : { ...next, lastUpdatedTime: formatTime(now) },
    maps: `${maps.completed}/${maps.total}`,
    reduces: `${reduces.completed}/${reduces.total}`,
    attempts,
  });
  // A phase that runs changes with every look; its time is written with the next thing that counts.
  if (!isSame) draft.set({ phaseSeconds: secondsOf(phaseMs) });
}

function hasBegun({ state, attempts }: JobStatus): boolean {
  return attempts.started > 0 || state !== 'running';
}

function progressOf(status: JobStatus, lastUpdatedTime: string): Progress {
  const { phase, maps, reduces, progress: told } = status;
  const remaining = remainingSeconds(status);
  return {
    phase,
    percentage: percentageOf(status),
    maps,
    reduces,
    ...(status.mapStates !== undefined && { mapStates: status.mapStates }),
    ...(status.reduceStates !== undefined && { reduceStates: status.reduceStates }),
    inputs: status.inputs,
    bytesRead: told.bytesRead,
    recordsRead: told.recordsRead,
    recordsSkipped: told.recordsSkipped,
    recordsShuffled: told.recordsShuffled,
    bytesShuffled: told.bytesShuffled,
    recordsWritten: told.recordsWritten,
    bytesWritten: told.bytesWritten,
    ...(remaining !== undefined && { estimatedRemainingSeconds: remaining }),
    lastUpdatedTime,
  };
}

/** Where it is the same as before, so is the time since when it runs. */
function straggler(
  seen: Observed,
  draft: Draft,
  told: JobStatus['straggler'],
): Pick<Progress, 'straggler'> {
  if (told === undefined) return {};
  const { attempt, task, worker, runningMs, medianMs, sizeRatio } = told;
  const pod = workerPods(seen, draft).find((one) => addressOf(one) === worker);
  const before = draft.status.progress?.straggler;
  const since =
    before?.attempt === attempt ? before.since : formatTime(Math.round(seen.now - runningMs));
  return {
    straggler: {
      ...{ attempt, task, pod: (pod?.name ?? worker).slice(0, 253), since },
      medianSeconds: Math.round(medianMs) / 1_000,
      ...(sizeRatio !== undefined && { sizeRatio: Math.round(sizeRatio * 10) / 10 }),
    },
  };
}

/** From what the phases have taken so far, as if all work were even; nothing before there is some. */
function remainingSeconds(status: JobStatus): number | undefined {
  const percentage = percentageOf(status);
  const spent = (status.phaseMs.map ?? 0) + (status.phaseMs.reduce ?? 0);
  if (status.state !== 'running' || percentage < 5) return undefined;
  return Math.round(((100 - percentage) / percentage) * (spent / 1_000));
}

function secondsOf(phaseMs: JobStatus['phaseMs']) {
  const seconds = Object.entries(phaseMs).map(([phase, ms]) => [phase, Math.round(ms) / 1_000]);
  return Object.fromEntries(seconds) as NonNullable<JobResourceStatus['phaseSeconds']>;
}
