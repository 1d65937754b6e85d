import { describe, expect, test } from '@jest/globals';
import type { Incarnation } from '@mapreduce/protocol';
import type { SchedulerCommand } from './events.ts';
import type { Restored } from './restore.ts';
import { Harness, kinds, onlyLeases } from './testing/harness.ts';
import { inconsistencies } from './testing/recount.ts';
import { holdsLease, phaseOf, workerState } from './views.ts';

const old = '1-0-0badcafe';
const progress = { records: 1, bytes: 1, totalBytes: 0, fetchedBytes: 5 };

function output(map: number, holder: Incarnation, isLost = false) {
  return { map, attempt: `${old}-map-${map}-0`, holder, isLost };
}

/** Three maps, of which `outputs` are known from an earlier life. */
function restarted(outputs: Restored['outputs'], reducers = 1): Harness {
  const job = new Harness({ reducers });
  const plan = { maps: 3, samples: 0, backupTasks: false };
  job.send({ kind: 'restored', isDescribed: true, plan, isSampled: true, outputs });
  return job;
}

function hold(job: Harness, worker: Incarnation, maps: readonly number[]) {
  const outputs = maps.map((map) => ({ map, attempt: `${old}-map-${map}-0` }));
  return checked(job, job.send({ kind: 'outputsHeld', worker, outputs }));
}

function resume(job: Harness, worker: Incarnation, task: string) {
  const attempt = `${old}-${task}`;
  return checked(job, job.send({ kind: 'attemptResumed', worker, attempt, progress }));
}

function checked(job: Harness, commands: SchedulerCommand[]): SchedulerCommand[] {
  expect(inconsistencies(job.state)).toEqual([]);
  return commands;
}

describe('after a restart', () => {
  test('only what is not done is leased, in the new epoch', () => {
    const job = restarted([output(0, 'a'), output(2, 'b')]);
    expect(job.letters('map')).toBe('cic');
    expect(inconsistencies(job.state)).toEqual([]);
    job.join('c');
    expect(job.take('c').attempt).toBe('1-1-5f3a9c21-map-1-0');
  });

  test('a described program is not described again, and samples that were cut are not taken again', () => {
    const job = new Harness();
    const nothing = { isDescribed: true, isSampled: false, outputs: [] };
    job.send({ kind: 'restored', ...nothing });
    job.join('a');
    expect(job.ask('a')).toEqual([]);
    const planned = { maps: 1, samples: 2, backupTasks: false };
    const again = new Harness();
    again.send({ kind: 'restored', ...nothing, plan: planned });
    expect(phaseOf(again.state)).toBe('sample');
    const sampled = new Harness();
    sampled.send({ kind: 'restored', ...nothing, isSampled: true, plan: planned });
    expect(phaseOf(sampled.state)).toBe('map');
  });

  test('a lost map does not take reduces back to the map phase', () => {
    const job = restarted([output(0, 'a'), output(1, 'a'), output(2, 'b', true)]);
    expect(phaseOf(job.state)).toBe('reduce');
    expect(job.letters('map')).toBe('cci');
    expect(workerState(job.state, 'b')).toBeUndefined();
  });

  test('holders that do not come within ten seconds lose what they held', () => {
    const job = restarted([output(0, 'a'), output(1, 'b')]);
    job.pass(9_000);
    job.join('a');
    hold(job, 'a', [0]);
    const commands = checked(job, job.pass(1_000));
    expect(commands).toEqual([
      { kind: 'workerLost', worker: 'b' },
      { kind: 'mapLost', map: 1, attempt: `${old}-map-1-0` },
    ]);
    expect(job.letters('map')).toBe('cii');
  });

  test('a holder that comes changes nothing, whatever it names: it may have said that before it held the rest', () => {
    const job = restarted([output(0, 'a'), output(1, 'a')]);
    job.join('a');
    expect(hold(job, 'a', [1, 0])).toEqual([]);
    expect(hold(job, 'a', [])).toEqual([]);
    expect(hold(job, 'a', [1])).toEqual([]);
    expect(job.letters('map')).toBe('cci');
  });

  test('an output of another attempt than the one that counts is of no use', () => {
    const job = restarted([output(0, 'a')]);
    job.join('b');
    const outputs = [{ map: 0, attempt: '1-0-0badcafe-map-0-1' }];
    expect(job.send({ kind: 'outputsHeld', worker: 'b', outputs })).toEqual([]);
    job.join('a');
    expect(job.send({ kind: 'outputsHeld', worker: 'a', outputs })).toEqual([]);
  });

  test('a map that nobody knew to be done is adopted, and whoever runs it is told to stop', () => {
    const job = restarted([]);
    job.join('a');
    job.join('b');
    const { attempt } = job.take('a');
    expect(hold(job, 'b', [0, 7])).toEqual([
      { kind: 'mapAvailable', map: 0, attempt: `${old}-map-0-0`, holder: 'b' },
      { kind: 'cancelAttempt', worker: 'a', attempt },
    ]);
    expect(job.letters('map')).toBe('cii');
  });

  test('an output that moved is announced at its new holder, and stays when the old one is given up', () => {
    const job = restarted([output(0, 'a')]);
    job.pass(5_000);
    job.join('b');
    const moved = { kind: 'mapAvailable', map: 0, attempt: `${old}-map-0-0`, holder: 'b' };
    expect(hold(job, 'b', [0])).toEqual([moved]);
    expect(kinds(checked(job, job.pass(5_000)))).toEqual(['workerLost']);
    expect(job.letters('map')).toBe('cii');
  });

  test('an attempt that finished while its completion is on the way completes by its lease', () => {
    const job = restarted([]);
    job.join('a');
    const { attempt } = job.take('a');
    const outputs = [{ map: 0, attempt }];
    expect(job.send({ kind: 'outputsHeld', worker: 'a', outputs })).toEqual([
      { kind: 'mapAvailable', map: 0, attempt, holder: 'a' },
    ]);
    expect(checked(job, job.beat('a'))).toEqual([]);
    expect(holdsLease(job.state, 'a', attempt)).toBe(false);
  });
});

describe('an attempt that still runs after a restart', () => {
  test('goes on under its own id, and completes', () => {
    const job = restarted([]);
    job.join('a');
    expect(resume(job, 'a', 'map-1-3')).toEqual([]);
    expect(resume(job, 'a', 'map-1-3')).toEqual([]);
    expect(job.letters('map')).toBe('ipi');
    expect(job.beat('a')).toEqual([]);
    const attempt = `${old}-map-1-3`;
    expect(job.send({ kind: 'mapCompleted', worker: 'a', attempt })).toEqual([
      { kind: 'mapAvailable', map: 1, attempt, holder: 'a' },
    ]);
    expect(job.beat('a')).toEqual([]);
    expect(job.ask('a').map(({ attempt: next }) => next)).toEqual(['1-1-5f3a9c21-map-0-0']);
  });

  test('is given up by silence or by two heartbeats like any other', () => {
    const job = restarted([]);
    job.join('a');
    resume(job, 'a', 'map-1-3');
    for (let beats = 0; beats < 2; beats++) {
      job.pass(1_000);
      job.send({ kind: 'heartbeat', worker: 'a', attempts: [] });
    }
    expect(job.letters('map')).toBe('iii');
    resume(job, 'a', 'map-1-3');
    job.pass(10_000);
    expect(job.letters('map')).toBe('iii');
  });

  test('has the better right than one that was leased since, but none beside another of its kind', () => {
    const job = restarted([]);
    for (const worker of ['a', 'b', 'c']) job.join(worker);
    const { attempt } = job.take('a');
    expect(resume(job, 'b', 'map-0-0')).toEqual([{ kind: 'cancelAttempt', worker: 'a', attempt }]);
    expect(resume(job, 'c', 'map-0-1')).toEqual([
      { kind: 'cancelAttempt', worker: 'c', attempt: `${old}-map-0-1` },
    ]);
    expect(job.letters('map')).toBe('pii');
    expect(onlyLeases(job.ask('a')).map(({ task }) => task.index)).toEqual([1]);
  });

  test.each([
    ['of a map that is done', 'map-0-1'],
    ['of a map that there is not', 'map-9-0'],
    ['of a reduce before every map was done', 'reduce-0-0'],
    ['of a description that is known', 'describe-0-0'],
  ])('%s is told to stop', (_, task) => {
    const job = restarted([output(0, 'b')]);
    job.join('a');
    job.join('b');
    expect(kinds(resume(job, 'a', task))).toEqual(['cancelAttempt']);
  });

  describe('of a map whose holder drains', () => {
    const ahead = { kind: 'mapRerunAhead', map: 0, attempt: `${old}-map-0-0`, holder: 'b' };

    function drain(job: Harness): void {
      job.join('b');
      checked(job, job.send({ kind: 'workerDraining', worker: 'b', graceMs: 60_000 }));
    }

    test('goes on, ahead of its leave', () => {
      const job = restarted([output(0, 'b')]);
      drain(job);
      expect(hold(job, 'b', [0])).toEqual([]);
      job.join('a');
      expect(resume(job, 'a', 'map-0-1')).toEqual([ahead]);
      expect([job.letters('map'), holdsLease(job.state, 'a', `${old}-map-0-1`)]).toEqual([
        'pii',
        true,
      ]);
    });

    test('goes on though its holder comes later', () => {
      const job = restarted([output(0, 'b')]);
      job.join('a');
      expect(resume(job, 'a', 'map-0-1')).toEqual([ahead]);
      drain(job);
      expect(hold(job, 'b', [0])).toEqual([ahead]);
      expect(job.letters('map')).toBe('pii');
      const attempt = `${old}-map-0-1`;
      expect(kinds(job.send({ kind: 'mapCompleted', worker: 'a', attempt }))).toEqual([
        'mapAvailable',
      ]);
    });

    test('is told to stop once its holder comes to stay', () => {
      const job = restarted([output(0, 'b')]);
      job.join('a');
      resume(job, 'a', 'map-0-1');
      job.join('b');
      expect(hold(job, 'b', [0])).toEqual([
        { kind: 'mapAvailable', map: 0, attempt: `${old}-map-0-0`, holder: 'b' },
        { kind: 'cancelAttempt', worker: 'a', attempt: `${old}-map-0-1` },
      ]);
      expect(job.letters('map')).toBe('cii');
    });
  });

  test('goes on where its worker has come back to leave', () => {
    const job = restarted([]);
    job.join('a');
    checked(job, job.send({ kind: 'workerDraining', worker: 'a', graceMs: 60_000 }));
    expect(resume(job, 'a', 'map-0-0')).toEqual([]);
    expect(kinds(resume(job, 'a', 'map-1-0'))).toEqual(['cancelAttempt']);
    expect([job.state.aliveSlots, job.ask('a')]).toEqual([1, []]);
    const attempt = `${old}-map-0-0`;
    checked(job, job.send({ kind: 'mapCompleted', worker: 'a', attempt }));
    expect(job.state.aliveSlots).toBe(0);
  });

  test('beyond the slots of its worker is told to stop', () => {
    const job = restarted([]);
    job.join('a');
    resume(job, 'a', 'map-0-0');
    expect(kinds(resume(job, 'a', 'map-1-0'))).toEqual(['cancelAttempt']);
  });

  test('that has completed its task meanwhile is left alone', () => {
    const job = restarted([output(0, 'a'), output(1, 'a'), output(2, 'a')], 2);
    const attempt = `${old}-reduce-0-0`;
    job.send({ kind: 'reduceCommitted', partition: 0, attempt });
    job.join('a', 2);
    expect(resume(job, 'a', 'reduce-0-0')).toEqual([]);
    expect(resume(job, 'a', 'map-0-0')).toEqual([]);
    const named = { attempt, progress };
    expect(job.send({ kind: 'heartbeat', worker: 'a', attempts: [named] })).toEqual([]);
    expect(resume(job, 'a', 'reduce-1-4')).toEqual([]);
    expect(job.letters('reduce')).toBe('cp');
  });
});

describe('with the journal gone', () => {
  test('nothing is leased until the time is up, then at once', () => {
    const job = new Harness();
    job.send({ kind: 'leasesHeld', until: 10_000 });
    job.join('a');
    expect(job.ask('a')).toEqual([]);
    expect(job.passAlive(9_000)).toEqual([]);
    expect(kinds(job.pass(1_000))).toEqual(['lease']);
  });

  test('a raised epoch names what is leased from then on; older leases go on', () => {
    const job = new Harness();
    job.join('a');
    const first = job.take('a');
    job.send({ kind: 'epochRaised', epoch: { generation: 4, boot: 1, nonce: '00c0ffee' } });
    expect(job.beat('a')).toEqual([]);
    job.complete(first);
    job.send({ kind: 'planned', maps: 2, samples: 0, backupTasks: false });
    const { attempt } = job.take('a');
    expect(attempt).toBe('4-1-00c0ffee-map-0-0');
    const available = job.send({ kind: 'mapCompleted', worker: 'a', attempt });
    expect(available).toMatchObject([{ kind: 'mapAvailable', attempt }]);
    expect(kinds(job.send({ kind: 'workerLeft', worker: 'a' }))).toEqual(['mapLost']);
  });

  test('parts that are all committed do not end a job whose maps are not known', () => {
    const job = new Harness();
    const attempt = `${old}-reduce-0-0`;
    expect(job.send({ kind: 'reduceCommitted', partition: 0, attempt })).toEqual([]);
    job.join('a');
    job.complete(job.take('a'));
    job.send({ kind: 'planned', maps: 1, samples: 0, backupTasks: false });
    const map = job.take('a');
    expect(kinds(job.complete(map))).toContain('allReduced');
  });
});
