import { inputRecords } from '../journal/input-records.ts';
import type { JournalRecord } from '../journal/record.ts';
import type { RestoredState } from './restored-state.ts';

/** The records that say the same as all that the state was restored from, and no more. */
export function* snapshotOf(state: RestoredState): Generator<JournalRecord, void, undefined> {
  const { prepared, described, inputs, bounds, outputs, committed, audits, ended } = state;
  if (prepared !== undefined) yield { kind: 'prepared', ...prepared };
  if (described !== undefined) yield { kind: 'described', ...described };
  if (inputs !== undefined) yield* inputRecords(inputs);
  if (bounds !== undefined) yield { kind: 'sampled', bounds };
  for (const { output, isLost } of outputs.values()) {
    yield output;
    const { map, attempt } = output;
    if (isLost) yield { kind: 'mapLost', map, attempt };
  }
  for (const audit of audits) yield { kind: 'audited', ...audit };
  for (const [partition, attempt] of committed) {
    yield { kind: 'reduceCommitted', partition, attempt };
  }
  if (ended !== undefined) yield { kind: 'jobEnded', ...ended };
}
