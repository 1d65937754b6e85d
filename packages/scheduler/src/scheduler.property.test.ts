import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { AttemptId, FailureKind, Incarnation } from '@mapreduce/protocol';
import type { SchedulerCommand } from './events.ts';
import { liveAttempt } from './leases.ts';
import { nextTick } from './scheduler.ts';
import { Harness, type Lease } from './testing/harness.ts';
import { inconsistencies } from './testing/recount.ts';
import { isStaying, mapsHeldBy } from './views.ts';

const operations = [
  ...(['join', 'leave', 'crash', 'ask', 'ask', 'ask', 'ask', 'withdraw', 'beat'] as const),
  ...(['deafBeat', 'finish', 'finish', 'finish', 'finish', 'fail', 'late'] as const),
  ...(['fetch', 'fetch', 'grant', 'stall', 'pass', 'drain', 'rerun', 'stay', 'gone'] as const),
];
const failureKinds: FailureKind[] = ['released', 'exit', 'released', 'disk', 'released', 'input'];
const reasons = ['unreachable', 'gone', 'corrupt'] as const;

const scenario = fc.record({
  maps: fc.integer({ min: 0, max: 6 }),
  reducers: fc.integer({ min: 1, max: 4 }),
  samples: fc.integer({ min: 0, max: 2 }),
  backupTasks: fc.boolean(),
  slots: fc.integer({ min: 1, max: 3 }),
  actions: fc.array(
    fc.record({
      operation: fc.constantFrom(...operations),
      pick: fc.nat({ max: 1_000 }),
      other: fc.nat({ max: 1_000 }),
      ms: fc.constantFrom(0, 0, 1, 400, 1_000, 2_500, 11_000),
    }),
    { minLength: 60, maxLength: 150, size: 'max' },
  ),
});
type Scenario = typeof scenario extends fc.Arbitrary<infer T> ? T : never;
type Shape = Omit<Scenario, 'actions'>;
type Action = Scenario['actions'][number];

/** Workers that believe what they hear, and the rules that every command must keep. */
class Model {
  readonly job: Harness;
  readonly slots: number;
  readonly seen: Map<string, number>;
  /** What each process runs; one that crashed is gone from here, one that was given up is not. */
  readonly processes = new Map<Incarnation, Map<AttemptId, Lease>>();
  readonly available = new Map<number, AttemptId>();
  readonly committed = new Set<number>();
  #born = 0;

  constructor(seen: Map<string, number>, { reducers, slots, ...planned }: Shape) {
    this.seen = seen;
    this.job = new Harness({ reducers });
    this.slots = slots;
    this.join();
    this.send(() => this.job.send({ kind: 'slotsOffered', worker: 'w0', slots: 1 }));
    this.send(() => this.finish('w0', 0));
    this.send(() => this.job.send({ kind: 'planned', ...planned }));
  }

  join(): void {
    const worker = `w${this.#born++}`;
    this.processes.set(worker, new Map());
    this.send(() => this.job.send({ kind: 'workerJoined', worker, slots: this.slots }));
  }

  send(event: () => SchedulerCommand[]): void {
    const before = this.job.state.tasks.reduce.completed;
    for (const command of event()) this.obey(command);
    const wrong = inconsistencies(this.job.state);
    if (this.job.state.tasks.reduce.completed < before) wrong.push('a part is no longer committed');
    // A matcher costs more than the whole recount.
    if (wrong.length > 0) throw new Error(wrong.join('; '));
  }

  obey(command: SchedulerCommand): void {
    const { seen } = this;
    seen.set(command.kind, (seen.get(command.kind) ?? 0) + 1);
    switch (command.kind) {
      case 'lease':
        expect(liveAttempt(this.job.state, command.attempt)?.backup ?? command.backup).toBe(
          command.backup,
        );
        if (command.task.kind === 'reduce')
          expect(this.committed).not.toContain(command.task.index);
        if (command.task.kind === 'map') expect(this.available).not.toContain(command.task.index);
        this.processes.get(command.worker)?.set(command.attempt, command);
        break;
      case 'cancelAttempt':
        this.processes.get(command.worker)?.delete(command.attempt);
        break;
      case 'mapAvailable':
        expect(this.available.has(command.map)).toBe(false);
        this.available.set(command.map, command.attempt);
        break;
      case 'mapLost':
      case 'mapRerunAhead':
        expect(this.available.get(command.map)).toBe(command.attempt);
        this.available.delete(command.map);
        break;
      case 'allReduced':
        expect(this.committed.size).toBe(this.job.state.settings.reducers);
        break;
      case 'phaseChanged':
      case 'workerLost':
      case 'grant':
      case 'jobFailed':
      case 'jobCancelled':
    }
  }

  finish(worker: Incarnation, pick: number): SchedulerCommand[] {
    const lease = nth([...(this.processes.get(worker)?.values() ?? [])], pick);
    if (lease === undefined) return [];
    this.processes.get(worker)?.delete(lease.attempt);
    if (lease.task.kind === 'reduce') this.committed.add(lease.task.index);
    return this.job.complete(lease);
  }

  act({ operation, pick, other, ms }: Action): void {
    const { job } = this;
    // A stall is the coordinator's own: no tick comes in time.
    if (operation === 'stall') job.at += ms;
    else this.pass(ms);
    const worker = nth([...this.processes.keys()], pick);
    const running = this.processes.get(worker ?? '') ?? new Map<AttemptId, Lease>();
    const lease = nth([...running.values()], other);
    if (operation === 'join' || worker === undefined) {
      this.join();
      return;
    }
    this.send(() => {
      switch (operation) {
        case 'crash':
          this.processes.delete(worker);
          return [];
        case 'leave':
          this.processes.delete(worker);
          return job.send({ kind: 'workerLeft', worker });
        case 'ask':
          return job.send({ kind: 'slotsOffered', worker, slots: 1 + (other % this.slots) });
        case 'withdraw':
          return job.send({ kind: 'slotsWithdrawn', worker });
        case 'beat':
          return this.beat(worker);
        case 'deafBeat':
          running.delete(lease?.attempt ?? '');
          return this.beat(worker);
        case 'finish':
          return this.finish(worker, other);
        case 'fail': {
          if (lease === undefined) return [];
          running.delete(lease.attempt);
          return job.fail(lease, nth(failureKinds, pick) ?? 'exit');
        }
        case 'late': {
          const old = nth(job.leases, pick);
          if (old === undefined) return [];
          const live = liveAttempt(job.state, old.attempt) !== undefined;
          const reduce = old.task.kind === 'reduce';
          if (reduce) this.committed.add(old.task.index);
          const commands = job.complete({
            ...old,
            worker: live && !reduce ? 'nobody' : old.worker,
          });
          if (!reduce && job.state.phase !== 'describe') {
            expect(commands.filter(({ kind }) => kind === 'mapAvailable')).toEqual([]);
          }
          return commands;
        }
        case 'fetch': {
          const map = nth([...this.available], other);
          const reducer = [...job.state.attempts].find((a) => a.table.kind === 'reduce');
          const made = job.leases.find(({ attempt }) => attempt === map?.[1]);
          const by = job.leases.find(({ attempt }) => attempt === reducer?.id);
          if (made === undefined || by === undefined) return [];
          return job.unfetchable(by, made, nth([...reasons], pick) ?? 'gone');
        }
        case 'drain':
          return job.send({ kind: 'workerDraining', worker, graceMs: other });
        case 'stay':
          return job.send({ kind: 'workerStays', worker });
        case 'gone':
          this.processes.delete(worker);
          return job.send({ kind: 'workerGone', worker });
        case 'rerun': {
          const maps = [...mapsHeldBy(job.state, worker)];
          return job.send({ kind: 'rerunAhead', worker, maps });
        }
        case 'grant':
          if (lease === undefined) return [];
          return job.send({ kind: 'grantRequested', worker, attempt: lease.attempt });
        case 'stall':
        case 'pass':
          return job.send({ kind: 'tick' });
      }
    });
  }

  /** Time passes, every tick comes when it is due, and all that live send heartbeats. */
  pass(ms: number): void {
    const end = this.job.at + ms;
    for (let due = nextTick(this.job.state); due <= end; due = nextTick(this.job.state)) {
      this.job.at = Math.max(this.job.at, due);
      this.send(() => this.job.send({ kind: 'tick' }));
      for (const worker of this.processes.keys()) this.send(() => this.beat(worker));
    }
    this.job.at = end;
  }

  beat(worker: Incarnation): SchedulerCommand[] {
    const running = this.processes.get(worker) ?? new Map<AttemptId, Lease>();
    const progress = { records: 0, bytes: 0, totalBytes: 0, fetchedBytes: running.size };
    const attempts = [...running.keys()].map((attempt) => ({ attempt, progress }));
    return this.job.send({ kind: 'heartbeat', worker, attempts });
  }

  /** Nothing fails any more: how many half seconds until the job ends? */
  heal(limit: number): number {
    const { state } = this.job;
    for (const worker of [...this.processes.keys()]) {
      if (!isStaying(state, worker)) this.send(() => this.job.send({ kind: 'workerLeft', worker }));
      if (state.byIncarnation.get(worker)?.state !== 'alive') this.processes.delete(worker);
    }
    if (this.processes.size === 0) this.join();
    for (let round = 0; round < limit; round++) {
      if (state.outcome !== 'running') return round;
      this.pass(500);
      for (const [worker, running] of this.processes) this.serve(worker, running, round);
    }
    return limit;
  }

  serve(worker: Incarnation, running: Map<AttemptId, Lease>, round: number): void {
    if (round % 2 === 0) this.send(() => this.beat(worker));
    const lease = [...running.values()].find(({ task }) => {
      return task.kind !== 'reduce' || this.available.size === this.job.state.tasks.map.size;
    });
    if (lease !== undefined) {
      this.send(() => this.finish(worker, [...running.values()].indexOf(lease)));
    }
    const slots = this.slots - running.size;
    if (slots > 0) this.send(() => this.job.send({ kind: 'slotsOffered', worker, slots }));
  }
}

function nth<T>(items: readonly T[], pick: number): T | undefined {
  return items[pick % Math.max(1, items.length)];
}

describe('whatever happens', () => {
  test('all counts hold, nothing completes twice, and the job ends once faults stop', () => {
    const seen = new Map<string, number>();
    fc.assert(
      fc.property(scenario, ({ actions, ...shape }) => {
        const model = new Model(seen, shape);
        for (const action of actions) model.act(action);
        expect(model.heal(400)).toBeLessThan(400);
      }),
      { numRuns: 150 },
    );
    // What never happened was not tested.
    for (const kind of [
      'workerLost',
      'mapLost',
      'mapRerunAhead',
      'cancelAttempt',
      'grant',
      'allReduced',
    ]) {
      expect([kind, seen.get(kind) ?? 0]).not.toEqual([kind, 0]);
    }
  });
});
