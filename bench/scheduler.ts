/**
 * The scheduler alone, in one process on one core, at the size of Google's largest jobs:
 * `node bench/scheduler.ts`. A whole job is played against it: every worker sends a heartbeat a
 * second that names what it runs, asks for tasks, completes them; at half time of each phase
 * workers fall silent, and some fetches fail. Only the time inside `step` is counted.
 *
 * The job is played five times, event by event the same. What slows one event in every round is the
 * scheduler's; what slows it in one round only is the machine's, or a garbage collection's. Both are
 * printed. Ends with 1 where the former is over 5 ms for any event.
 */
import type { AttemptId } from '@mapreduce/protocol';
import {
  attemptTotals,
  createScheduler,
  nextTick,
  outcomeOf,
  step,
  taskCounts,
  type SchedulerCommand,
  type SchedulerEvent,
} from '@mapreduce/scheduler';

const shape = { maps: 200_000, reducers: 5_000, workers: 2_000, silent: 20, fetchFailures: 200 };
const epoch = { generation: 1, boot: 1, nonce: '00000000' };
/** How long a task runs, in heartbeats. */
const taskSeconds = 3;
/** One map in so many is among those whose output cannot be fetched. */
const unfetchedStep = 7;
/** More than there are: the client's own notes are made before, as its garbage would slow the scheduler. */
const mostEvents = 2_000_000;

interface Running {
  readonly kind: string;
  readonly index: number;
  readonly attempt: AttemptId;
  readonly endsAt: number;
}

const rounds = 5;
/** A coordinator that is at one event for longer is late with every answer. */
const longestMs = 5;

/** How long each event took, in milliseconds, in order. */
class EventTimes {
  readonly #kinds: SchedulerEvent['kind'][] = [];
  readonly #kindOf = new Uint8Array(mostEvents);
  readonly #times = new Float64Array(mostEvents);
  #count = 0;

  get kinds(): readonly string[] {
    return this.#kinds;
  }

  get times(): Float64Array {
    return this.#times.subarray(0, this.#count);
  }

  add(kind: SchedulerEvent['kind'], ms: number): void {
    if (this.#count === mostEvents) throw new Error(`over ${mostEvents} events`);
    let index = this.#kinds.indexOf(kind);
    if (index === -1) index = this.#kinds.push(kind) - 1;
    this.#kindOf[this.#count] = index;
    this.#times[this.#count++] = ms;
  }

  isOf(kind: string, event: number): boolean {
    return this.#kinds[this.#kindOf[event] ?? -1] === kind;
  }
}

function isUnfetched(map: number): boolean {
  return map % unfetchedStep === 0 && map < shape.fetchFailures * unfetchedStep;
}

const names = Array.from({ length: shape.workers }, (_, number) => `worker-${number}`);

function nameOf(number: number): string {
  return names[number] ?? '';
}

class Bench {
  readonly state = createScheduler({
    epoch,
    reducers: shape.reducers,
    workerTimeoutMs: 10_000,
    maxFailures: 4,
    maxVanished: 16,
  });
  readonly events = new EventTimes();
  /** By the worker's number, as `live` has them. */
  readonly running: (Running | undefined)[] = [];
  readonly numbers = new Map<string, number>();
  readonly available = new Uint8Array(shape.maps);
  availableMaps = 0;
  /** Of the maps that fetches will fail of. */
  readonly outputs = new Map<number, { attempt: AttemptId; holder: string }>();
  readonly live: number[] = [];
  peakHeap = 0;
  now = 0;

  send(event: SchedulerEvent): SchedulerCommand[] {
    const began = performance.now();
    const commands = step(this.state, event);
    nextTick(this.state);
    this.events.add(event.kind, performance.now() - began);
    for (const command of commands) this.obey(command);
    return commands;
  }

  obey(command: SchedulerCommand): void {
    if (command.kind === 'lease') {
      const { worker, attempt, task } = command;
      const endsAt = this.now + taskSeconds * 1_000;
      this.running[this.numberOf(worker)] = { kind: task.kind, index: task.index, attempt, endsAt };
    } else if (command.kind === 'cancelAttempt') {
      this.running[this.numberOf(command.worker)] = undefined;
    } else if (command.kind === 'mapAvailable') {
      const { map, attempt, holder } = command;
      this.availableMaps += 1 - (this.available[map] ?? 0);
      this.available[map] = 1;
      if (isUnfetched(map)) this.outputs.set(map, { attempt, holder });
    } else if (command.kind === 'mapLost') {
      this.availableMaps -= this.available[command.map] ?? 0;
      this.available[command.map] = 0;
      this.outputs.delete(command.map);
    }
  }

  numberOf(worker: string): number {
    return this.numbers.get(worker) ?? -1;
  }

  ticks(): void {
    while (nextTick(this.state) <= this.now) this.send({ kind: 'tick', at: this.now });
  }

  /** One second: every worker in turn, spread over it. */
  second(): void {
    const began = this.now;
    for (const [index, number] of this.live.entries()) {
      this.now = began + Math.floor((index * 1_000) / this.live.length);
      this.ticks();
      this.serve(number);
    }
    this.now = began + 1_000;
    this.ticks();
  }

  serve(number: number): void {
    const at = this.now;
    const worker = nameOf(number);
    const task = this.running[number];
    if (task !== undefined && task.endsAt <= at && this.mayEnd(task)) {
      this.running[number] = undefined;
      const { attempt, index } = task;
      if (task.kind === 'map') this.send({ kind: 'mapCompleted', at, worker, attempt });
      else if (task.kind === 'reduce') this.commit(worker, attempt, index);
    }
    const now = this.running[number];
    const progress = { records: 0, bytes: at, totalBytes: 0, fetchedBytes: at };
    const attempts = now === undefined ? [] : [{ attempt: now.attempt, progress }];
    this.send({ kind: 'heartbeat', at, worker, attempts });
    if (now === undefined) this.send({ kind: 'slotsOffered', at, worker, slots: 1 });
  }

  commit(worker: string, attempt: AttemptId, partition: number): void {
    const at = this.now;
    this.send({ kind: 'grantRequested', at, worker, attempt });
    this.send({ kind: 'reduceCommitted', at, partition, attempt });
  }

  mayEnd({ kind }: Running): boolean {
    return kind !== 'reduce' || this.availableMaps === shape.maps;
  }

  failFetches(): void {
    const at = this.now;
    const reducers = [...this.running.entries()].filter(([, task]) => task?.kind === 'reduce');
    for (let failure = 0; failure < shape.fetchFailures; failure++) {
      const map = failure * unfetchedStep;
      const output = this.outputs.get(map);
      const [number, task] = reducers[failure % reducers.length] ?? [];
      if (output === undefined || number === undefined || task === undefined) continue;
      const worker = nameOf(number);
      const { attempt: mapAttempt, holder } = output;
      const { attempt } = task;
      const fetch = { map, mapAttempt, holder, reason: 'gone' } as const;
      this.send({ kind: 'fetchFailed', at, worker, attempt, ...fetch });
    }
  }

  run(): void {
    for (let index = 0; index < shape.workers; index++) {
      const worker = nameOf(index);
      this.live.push(index);
      this.numbers.set(worker, index);
      this.running.push(undefined);
      this.send({ kind: 'workerJoined', at: 0, worker, slots: 1 });
    }
    this.send({ kind: 'slotsOffered', at: 0, worker: nameOf(0), slots: 1 });
    const described = this.running[0];
    if (described === undefined) throw new Error('no description was leased');
    const { attempt } = described;
    this.running[0] = undefined;
    this.send({ kind: 'described', at: 0, worker: nameOf(0), attempt });
    for (const number of this.live) {
      this.send({ kind: 'slotsOffered', at: 0, worker: nameOf(number), slots: 1 });
    }
    this.send({ kind: 'planned', at: 0, maps: shape.maps, samples: 0, backupTasks: true });
    let toSilence = ['map', 'reduce'] as const as readonly ('map' | 'reduce')[];
    while (outcomeOf(this.state) === 'running') {
      this.second();
      const [phase] = toSilence;
      if (phase !== undefined) {
        const { total, completed } = taskCounts(this.state, phase);
        if (total > 0 && completed * 2 > total) {
          toSilence = toSilence.slice(1);
          if (phase === 'reduce') this.failFetches();
          for (const number of this.live.splice(0, shape.silent)) this.running[number] = undefined;
        }
      }
      this.peakHeap = Math.max(this.peakHeap, process.memoryUsage().heapUsed);
    }
  }
}

function sum(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0);
}

function play(): Bench {
  const bench = new Bench();
  bench.run();
  return bench;
}

/** The least time of each event over all rounds. */
function leastTimes(all: readonly Bench[]): Float64Array {
  const least = Float64Array.from(all[0]?.events.times ?? []);
  for (const { events } of all) {
    const { times } = events;
    if (times.length !== least.length) throw new Error('two rounds differ: step is not a function');
    for (const [index, ms] of times.entries()) least[index] = Math.min(least[index] ?? ms, ms);
  }
  return least;
}

function slowest(times: Float64Array): number {
  return times.reduce((most, ms) => Math.max(most, ms), 0);
}

function report(all: readonly Bench[]): void {
  const [first] = all;
  if (first === undefined) return;
  const least = leastTimes(all);
  for (const kind of first.events.kinds) {
    const times = least.filter((_, event) => first.events.isOf(kind, event));
    const each = ((sum(times) * 1_000) / times.length).toFixed(2);
    const line = [kind.padEnd(16), String(times.length).padStart(8), 'events', each.padStart(9)];
    console.log(...line, `µs each, slowest ${slowest(times).toFixed(2)} ms`);
  }
  const events = least.length;
  const rates = all.map((round) => events / sum(round.events.times)).sort((a, b) => a - b);
  const median = rates[rates.length >> 1] ?? 0;
  const mib = (bytes: number) => `${(bytes / 2 ** 20).toFixed(0)} MiB`;
  console.log(`${shape.maps} maps, ${shape.reducers} reduces, ${shape.workers} workers`);
  console.log(`${events} events, ${Math.round(median * 1_000)} a second (median round)`);
  const whole = all.map((round) => slowest(round.events.times).toFixed(2)).join(', ');
  const slowestMs = slowest(least);
  console.log(`slowest event ${slowestMs.toFixed(2)} ms; by round, all included: ${whole} ms`);
  console.log(
    `peak heap of the first round, this client included but for its notes: ${mib(first.peakHeap)}`,
  );
  console.log(`job ${outcomeOf(first.state)}, ${JSON.stringify(attemptTotals(first.state))}`);
  if (slowestMs > longestMs) {
    console.error(`error: an event took over ${longestMs} ms in every round`);
    process.exitCode = 1;
  }
}

report(Array.from({ length: rounds }, play));
