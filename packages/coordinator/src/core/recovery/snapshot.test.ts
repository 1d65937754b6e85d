import { expect, test } from '@jest/globals';
import { mapTotals } from '@mapreduce/protocol';
import { aDescription, aDigest, aMapManifest, anAttempt } from '@mapreduce/testing';
import fc from 'fast-check';
import type { JournalRecord } from '../journal/record.ts';
import { restoreState } from './restored-state.ts';
import { snapshotOf } from './snapshot.ts';

const map = fc.nat(2);
const attempt = fc.nat(1);
const worker = fc.constantFrom('a', 'b');
const at = (holder: string) => ({ holder, address: `http://${holder}` });

/** Records of a few maps and parts, in any order. */
const record: fc.Arbitrary<JournalRecord> = fc.oneof(
  fc.record({ map, attempt, worker, root: fc.constantFrom('2', '3') }).map((it) => ({
    ...{ kind: 'mapCompleted' as const, map: it.map, ...at(it.worker) },
    ...{ attempt: anAttempt('map', it.map, it.attempt), totals: mapTotals(aMapManifest()) },
    ...{ storedRoot: aDigest('1'), contentRoot: aDigest(it.root) },
  })),
  fc.record({ map, attempt, worker }).map((it) => ({
    ...{ kind: 'mapHolder' as const, map: it.map, ...at(it.worker) },
    attempt: anAttempt('map', it.map, it.attempt),
  })),
  fc.record({ map, attempt }).map((it) => ({
    ...{ kind: 'mapLost' as const, map: it.map },
    attempt: anAttempt('map', it.map, it.attempt),
  })),
  fc.record({ map, attempt }).map((it) => ({
    ...{ kind: 'reduceCommitted' as const, partition: it.map },
    attempt: anAttempt('reduce', it.map, it.attempt),
  })),
  fc.constant<JournalRecord>({ kind: 'sampled', bounds: ['YQ=='] }),
  fc.constant<JournalRecord>({ kind: 'prepared', created: true, nonce: 'n' }),
  fc.constant<JournalRecord>({ kind: 'jobEnded', state: 'cancelled' }),
);

const planned: readonly JournalRecord[] = [
  { kind: 'described', attempt: anAttempt('describe'), description: aDescription() },
  {
    kind: 'inputs',
    inputs: [
      { source: { kind: 'file', path: '/a' }, name: '/a', size: 9, version: 'v', cuttable: true },
    ],
  },
  { kind: 'planned', inputs: 1 },
];

test('a snapshot says what the records before it said', () => {
  fc.assert(
    fc.property(fc.array(record, { maxLength: 12 }), (records) => {
      const state = restoreState([...planned, ...records]);
      expect(restoreState([...snapshotOf(state)])).toEqual(state);
    }),
  );
});
