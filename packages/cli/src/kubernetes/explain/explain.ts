import { hasEnded } from '../job-object.ts';
import { ended } from './ended.ts';
import type { Cause, Facts, Finding } from './facts.ts';
import { overdue, unheard, unseen } from './operator.ts';
import { podTrouble } from './pods.ts';
import { lostWork, missingWorkers, proceeding, straggling } from './running.ts';
import { awaitingRetry, degraded, noWorkers, suspended, warned } from './waiting.ts';

/** From what leaves nothing else to be said to what merely slows it down. */
const ranked: readonly Cause[] = [
  ...[unseen, suspended, overdue, noWorkers, podTrouble, degraded, awaitingRetry],
  ...[warned, unheard, straggling, lostWork, missingWorkers, proceeding],
];

/** Why a job is as it is: the likeliest cause first. There is always one. */
export function explain(facts: Facts): readonly Finding[] {
  const causes = hasEnded(facts.job) ? [ended] : ranked;
  return causes.flatMap((cause) => cause(facts));
}
