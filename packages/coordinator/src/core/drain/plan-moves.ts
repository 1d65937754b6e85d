import type { Incarnation } from '@mapreduce/protocol';

/** Moves that one receiver is given at once, whoever they come from. */
export const movesAtOnce = 8;
/** What a receiver must have left on its disk beyond what it takes over. */
export const diskMargin = 64 * 2 ** 20;
/** What asking, checking and reporting cost, however small the output is, in bytes moved. */
const moveOverhead = 2 ** 20;

/** An output that is to go to another worker. */
export interface Movable {
  readonly map: number;
  readonly bytes: number;
}

/** A worker that stays. */
export interface Receiver {
  readonly worker: Incarnation;
  /** Bytes free on its disk, less what it was given and has not reported yet. */
  readonly freeBytes: number;
  /** Outputs that it takes over at the moment. */
  readonly moves: number;
}

export interface MovePlan {
  /** To begin now. */
  readonly moves: readonly (Movable & { readonly receiver: Incarnation })[];
  /** For which there is no room, or no time. The rest waits for its turn. */
  readonly rerun: readonly number[];
}

/** What it costs to move so many bytes, in bytes that a budget has. */
export function moveCost(bytes: number): number {
  return bytes + moveOverhead;
}

/**
 * Plans what is moved off a worker that leaves. Every part that is not committed needs every map, so
 * none is needed before another; the smallest go first, which saves most maps a byte, as splits, and so
 * re-runs, are much alike. `budget`: the cost of what can be moved before the worker goes.
 * `hasFailed`: this receiver was tried with this map before.
 */
export function planMoves(
  outputs: readonly Movable[],
  receivers: readonly Receiver[],
  budget: number,
  hasFailed: (map: number, receiver: Incarnation) => boolean,
): MovePlan {
  const moves: MovePlan['moves'][number][] = [];
  const rerun: number[] = [];
  const loads = receivers.map((receiver) => ({ ...receiver, given: 0 }));
  const inOrder = outputs.toSorted((a, b) => a.bytes - b.bytes || a.map - b.map);
  let left = budget;
  for (const { map, bytes } of inOrder) {
    const fitting = loads.filter(
      ({ worker, freeBytes, given }) =>
        freeBytes - given >= bytes + diskMargin && !hasFailed(map, worker),
    );
    left -= moveCost(bytes);
    if (left < 0 || fitting.length === 0) {
      rerun.push(map);
      continue;
    }
    const [first, ...others] = fitting.filter((load) => load.moves < movesAtOnce);
    if (first === undefined) continue;
    const receiver = others.reduce((a, b) => (isLessLoaded(b, a) ? b : a), first);
    receiver.given += bytes;
    receiver.moves += 1;
    moves.push({ map, bytes, receiver: receiver.worker });
  }
  return { moves, rerun };
}

interface Load extends Receiver {
  given: number;
  moves: number;
}

function isLessLoaded(a: Load, b: Load): boolean {
  return a.moves !== b.moves ? a.moves < b.moves : a.freeBytes - a.given > b.freeBytes - b.given;
}
