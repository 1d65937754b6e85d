import type { HeartbeatResponse, Incarnation, TakeOver } from '@mapreduce/protocol';
import {
  awaitsPredecessor,
  isCompleted,
  isStaying,
  mapsHeldBy,
  runningOn,
  stayingIncarnations,
  type SchedulerCommand,
} from '@mapreduce/scheduler';
import type { Clock, Log } from '@mapreduce/service';
import type { CompletionLog } from '../completion-log.ts';
import type { LeaseDesk } from '../lease-desk.ts';
import type { MapOutputs } from '../map-outputs.ts';
import type { SchedulerDriver } from '../scheduler-driver.ts';
import type { WorkerBook } from '../worker-book.ts';
import { Departure, type DepartureCause, type Move } from './departure.ts';
import { planMoves, type Receiver } from './plan-moves.ts';

/** The last part of the grace, in which nothing is begun, in milliseconds. */
const reserveMs = 2_000;
/** Maps that one step sends to run again. */
const rerunsAtOnce = 500;

export interface DrainDeskOptions {
  readonly clock: Clock;
  readonly driver: SchedulerDriver;
  readonly desk: LeaseDesk;
  readonly outputs: MapOutputs;
  readonly log: CompletionLog;
  readonly workers: WorkerBook;
  readonly facts: Log;
  /** The job is decided: nothing is needed any more. */
  readonly isOver: () => boolean;
  /** Whether the worker offers outputs of which is not known yet whether they count. */
  readonly isUndecided: (worker: Incarnation) => boolean;
}

type Answer = Pick<HeartbeatResponse, 'takeOver' | 'mayLeave'>;

/**
 * Relieves workers that are to leave: what they hold is taken over by others, or runs again while they
 * still serve. Everything is decided at heartbeats, which carry it.
 */
export class DrainDesk {
  readonly #options: DrainDeskOptions;
  readonly #departures = new Map<Incarnation, Departure>();

  constructor(options: DrainDeskOptions) {
    this.#options = options;
  }

  /**
   * A worker is to leave within `graceMs`. A repeat sets the time anew if the worker itself says so;
   * others can but shorten it. What `scale` began may be taken back, unless another has said so too. A
   * worker whose machine was to go takes part again where it is still there well after that.
   */
  begin(worker: Incarnation, graceMs: number, by: DepartureCause): void {
    const { clock, desk, driver, facts } = this.#options;
    const deadline = clock.now() + graceMs;
    const known = this.#departures.get(worker);
    if (known !== undefined) {
      const isSooner = deadline < known.deadline;
      known.hear(by, deadline);
      if (by !== 'worker' && !isSooner) return;
      known.deadline = deadline;
    } else {
      const outputs = [...mapsHeldBy(driver.state, worker)].length;
      facts.info('worker drains', { worker, by, graceMs, outputs });
      this.#departures.set(worker, new Departure(worker, by, deadline, clock.now()));
    }
    driver.send({ kind: 'workerDraining', worker, graceMs });
    desk.excuse(worker);
  }

  /** Whether the worker is to leave only so that fewer stay. */
  isSpare(worker: Incarnation): boolean {
    return this.#departures.get(worker)?.isSpare === true;
  }

  /** A worker is not to leave after all. It goes on with what it still holds. */
  keep(worker: Incarnation): void {
    const departure = this.#departures.get(worker);
    if (departure === undefined) return;
    this.#departures.delete(worker);
    const { driver, facts } = this.#options;
    const outputs = this.#served(departure).flatMap((map) => {
      const attempt = departure.serves.get(map);
      return attempt === undefined ? [] : [{ map, attempt }];
    });
    facts.info('worker stays', { worker, outputs: outputs.length });
    driver.send({ kind: 'workerStays', worker });
    driver.send({ kind: 'outputsHeld', worker, outputs });
  }

  /** The maps whose outputs are to be had from this worker alone. */
  *neededOf(worker: Incarnation): Generator<number, void, undefined> {
    yield* mapsHeldBy(this.#options.driver.state, worker);
    const departure = this.#departures.get(worker);
    if (departure !== undefined) yield* this.#served(departure);
  }

  /** Whether nothing more is needed of a worker that is to leave. */
  isRelieved(worker: Incarnation): boolean {
    return this.#departures.has(worker) && (this.#options.isOver() || this.#mayLeave(worker));
  }

  /** What the answer to a worker's heartbeat says of those that leave. */
  heartbeat(worker: Incarnation): Answer {
    if (this.#departures.size === 0) return {};
    if (this.#options.isOver()) return this.#departures.has(worker) ? { mayLeave: true } : {};
    // It is there, and says so itself.
    const hasStayed = this.#departures.get(worker)?.hasStayed(this.#options.clock.now()) === true;
    if (hasStayed) this.keep(worker);
    for (const departure of this.#departures.values()) this.#advance(departure);
    const takeOver = this.#takeOvers(worker);
    const mayLeave = this.#mayLeave(worker);
    return { ...(takeOver.length > 0 && { takeOver }), ...(mayLeave && { mayLeave: true }) };
  }

  /** A map runs again, but its holder serves the output until then. */
  rerunAhead({ map, attempt, holder }: Extract<SchedulerCommand, { kind: 'mapRerunAhead' }>): void {
    this.#departures.get(holder)?.serves.set(map, attempt);
  }

  /** A worker is gone. What it served until its maps had run again is lost. */
  forget(worker: Incarnation): void {
    const departure = this.#departures.get(worker);
    if (departure === undefined) return;
    this.#departures.delete(worker);
    const { facts, outputs } = this.#options;
    const { moved } = departure;
    for (const map of this.#served(departure)) {
      const attempt = departure.serves.get(map);
      if (attempt !== undefined) outputs.carryOut({ kind: 'mapLost', map, attempt });
    }
    facts.info('worker drained', { worker, moved, rerunAhead: departure.reruns });
  }

  #advance(departure: Departure): void {
    const { clock, driver, outputs } = this.#options;
    const now = clock.now();
    this.#settleMoves(departure, now);
    const { receivers, areAllKnown } = this.#receivers();
    const waiting = [...mapsHeldBy(driver.state, departure.worker)]
      .filter((map) => !departure.moves.has(map))
      .map((map) => ({ map, bytes: outputs.table.bytesOut(map) }));
    if (waiting.length === 0) return;
    const budget = departure.rate.budget(departure.deadline - now - reserveMs);
    const { moves, rerun } = planMoves(waiting, receivers, budget, (map, receiver) =>
      departure.hasFailed(map, receiver),
    );
    for (const { map, bytes, receiver } of moves) {
      const attempt = outputs.table.output(map)?.attempt;
      if (attempt !== undefined) departure.begin({ map, attempt, bytes, receiver, since: now });
    }
    departure.observe(now);
    // Who has not reported its disk yet may have room; without anybody, nobody could run a map again.
    if (rerun.length === 0 || receivers.length === 0 || !areAllKnown) return;
    const maps = rerun.slice(0, rerunsAtOnce);
    departure.reruns += maps.length;
    driver.send({ kind: 'rerunAhead', worker: departure.worker, maps });
  }

  /** Moves that are done, and those that nothing will become of. */
  #settleMoves(departure: Departure, now: number): void {
    const { driver, facts, outputs } = this.#options;
    for (const move of [...departure.moves.values()]) {
      const { map, attempt, receiver } = move;
      const output = outputs.table.output(map);
      if (output?.attempt !== attempt || output.holder !== departure.worker) {
        departure.end(move, output?.attempt === attempt && output.holder === receiver);
      } else if (!isCompleted(driver.state, 'map', map)) departure.end(move, false);
      else if (!isStaying(driver.state, receiver) || departure.isLate(move, now)) {
        facts.warn('output not taken over', { map, attempt, receiver });
        departure.fail(move);
      }
    }
    departure.observe(now);
  }

  /** Workers that stay and have reported their disks, and whether those are all that stay. */
  #receivers(): { readonly receivers: Receiver[]; readonly areAllKnown: boolean } {
    const { driver, workers } = this.#options;
    const loads = new Map<Incarnation, { bytes: number; moves: number }>();
    for (const { receiver, bytes } of this.#moves()) {
      const load = loads.get(receiver) ?? { bytes: 0, moves: 0 };
      loads.set(receiver, { bytes: load.bytes + bytes, moves: load.moves + 1 });
    }
    const staying = [...stayingIncarnations(driver.state)];
    const receivers = staying.flatMap((worker) => {
      const { bytes, moves } = loads.get(worker) ?? { bytes: 0, moves: 0 };
      const free = workers.freeDiskBytes(worker);
      return free === undefined ? [] : [{ worker, freeBytes: free - bytes, moves }];
    });
    return { receivers, areAllKnown: receivers.length === staying.length };
  }

  *#moves(): Generator<Move> {
    for (const { moves } of this.#departures.values()) yield* moves.values();
  }

  #takeOvers(receiver: Incarnation): TakeOver[] {
    const { outputs } = this.#options;
    const orders: TakeOver[] = [];
    for (const move of this.#moves()) {
      const output = move.receiver === receiver ? outputs.table.output(move.map) : undefined;
      if (output === undefined || output.attempt !== move.attempt) continue;
      const { map, attempt, holder, address, storedRoot, contentRoot } = output;
      orders.push({ map, attempt, holder, address, storedRoot, contentRoot });
    }
    return orders;
  }

  /** Not before all that has become of its outputs is told to whoever asks. */
  #mayLeave(worker: Incarnation): boolean {
    const { driver, isUndecided, log } = this.#options;
    const departure = this.#departures.get(worker);
    if (departure === undefined || isUndecided(worker)) return false;
    // It has not offered all yet that it found of the one whose place it took.
    if (awaitsPredecessor(driver.state, worker)) return false;
    const [needed] = this.neededOf(worker);
    return needed === undefined && runningOn(driver.state, worker) === 0 && log.isDurable;
  }

  /** Maps that run again and whose outputs are still to be had from the worker that leaves alone. */
  #served({ serves, worker }: Departure): number[] {
    const { driver, outputs } = this.#options;
    return [...serves].flatMap(([map, attempt]) => {
      const output = outputs.table.output(map);
      const isThere = output?.attempt === attempt && output.holder === worker;
      return isThere && !isCompleted(driver.state, 'map', map) ? [map] : [];
    });
  }
}
