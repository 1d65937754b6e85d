import { describe, expect, test } from '@jest/globals';
import { MoveRate } from './move-rate.ts';
import { diskMargin, moveCost, movesAtOnce, planMoves, type Receiver } from './plan-moves.ts';

const MiB = 2 ** 20;
const plenty = 1e15;
const never = () => false;

function receiver(worker: string, freeBytes = plenty, moves = 0): Receiver {
  return { worker, freeBytes, moves };
}

function outputs(...bytes: number[]) {
  return bytes.map((of, map) => ({ map, bytes: of }));
}

describe('planning moves', () => {
  test('spreads outputs evenly, the smallest first', () => {
    const { moves, rerun } = planMoves(
      outputs(3, 1, 2, 2),
      [receiver('a'), receiver('b')],
      plenty,
      never,
    );
    expect(moves.map(({ map }) => map)).toEqual([1, 2, 3, 0]);
    expect(moves.map((move) => move.receiver)).toEqual(['a', 'b', 'a', 'b']);
    expect(rerun).toEqual([]);
  });

  test('gives no receiver more than its disk holds, what it was given included', () => {
    const room = diskMargin + 10;
    const { moves, rerun } = planMoves(
      outputs(6, 6, 6),
      [receiver('a', room), receiver('b', room)],
      plenty,
      never,
    );
    expect(moves.map((move) => move.receiver)).toEqual(['a', 'b']);
    expect(rerun).toEqual([2]);
  });

  test('lets outputs wait for receivers that are busy, and runs none of these again', () => {
    const busy = receiver('a', plenty, movesAtOnce - 1);
    const { moves, rerun } = planMoves(outputs(1, 1, 1), [busy], plenty, never);
    expect([moves.length, rerun]).toEqual([1, []]);
  });

  test('runs again what the time does not suffice for, the largest first', () => {
    const budget = moveCost(MiB) + moveCost(2 * MiB);
    const { moves, rerun } = planMoves(
      outputs(3 * MiB, MiB, 2 * MiB),
      [receiver('a')],
      budget,
      never,
    );
    expect(moves.map(({ map }) => map)).toEqual([1, 2]);
    expect(rerun).toEqual([0]);
  });

  test('tries no receiver twice with one output', () => {
    const failed = (map: number, worker: string) => worker === 'a' || map === 1;
    const { moves, rerun } = planMoves(
      outputs(1, 1),
      [receiver('a'), receiver('b')],
      plenty,
      failed,
    );
    expect(moves).toEqual([{ map: 0, bytes: 1, receiver: 'b' }]);
    expect(rerun).toEqual([1]);
  });
});

describe('the rate of moves', () => {
  test('is assumed until it is known, then measured over the time in which there was anything to do', () => {
    const rate = new MoveRate(0);
    rate.observe(1_000, 0);
    expect(rate.budget(1_000)).toBe(25 * MiB);
    rate.observe(10_000, 10 * MiB);
    expect(rate.budget(1_000)).toBe(15 * MiB);
    rate.moved(8 * MiB);
    rate.observe(14_000, 2 * MiB);
    // 8 MiB moved and half of 2 in 4 s.
    expect(rate.budget(8_000)).toBe(16 * MiB);
    expect(rate.budget(-1)).toBe(-2 * MiB);
  });
});
