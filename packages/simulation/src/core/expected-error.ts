import { isRival } from '@mapreduce/coordinator';
import { DiskError } from '@mapreduce/service';
import type { Scenario } from './scenario.ts';

/** Whether a process may rightly end so in this scenario: its host starts it again. */
export function isExpected(error: unknown, { faults }: Scenario): boolean {
  const has = (kind: string) => faults.some((fault) => fault.kind === kind);
  if (error instanceof DiskError && error.code === 'ENOSPC') return has('diskFull');
  const { name } = error as { readonly name?: unknown };
  // One of two that meet must go: the older, or whoever comes second to begin a boot.
  if (name === 'DeposedError' || isRival(error)) return has('coordinatorDuplicate');
  // The older of two may tell of an output that the newer has taken back: the job is over then.
  if (name === 'UnfitError') return has('coordinatorDuplicate');
  // Faults that overlap may keep a coordinator away for longer than a worker's patience.
  if (name === 'CoordinatorLostError') return faults.length > 1;
  return false;
}
