import { describe, expect, test } from '@jest/globals';
import { ServiceError } from '@mapreduce/protocol';
import { TransportError } from '@mapreduce/service';
import {
  anAttempt,
  anEpoch,
  MemoryLog,
  MemoryTransport,
  SeededRandom,
  VirtualClock,
} from '@mapreduce/testing';
import { CoordinatorClient, coordinatorLostMs } from './coordinator-client.ts';
import { CancelledError, CoordinatorLostError } from './errors.ts';

const address = 'http://coordinator';
const request = { incarnation: 'w1', epoch: anEpoch(), attempt: anAttempt('reduce') };

/** A client whose coordinator answers grants by `answer`, given the number of the try. */
function make(answer: (attempt: number) => Error | undefined, lostMs = coordinatorLostMs) {
  const clock = new VirtualClock();
  const transport = new MemoryTransport();
  let tries = 0;
  transport.peers.set(address, {
    handlers: {
      grant: () => {
        const error = answer(++tries);
        return error === undefined ? Promise.resolve({ grant: 'wait' }) : Promise.reject(error);
      },
    },
  });
  const ports = { clock, transport, random: new SeededRandom(1), log: new MemoryLog() };
  const client = new CoordinatorClient(ports, address, () => lostMs);
  const controller = new AbortController();
  const wanted = { timeoutMs: 1_000, signal: controller.signal };
  const settled: unknown[] = [];
  void client
    .call('grant', () => request, wanted)
    .then(
      (value) => settled.push(value),
      (error: unknown) => settled.push(error),
    );
  return { clock, controller, settled, tries: () => tries };
}

describe('CoordinatorClient', () => {
  test.each([
    new TransportError('broken'),
    new ServiceError('INTERNAL', 'oops'),
    new ServiceError('NOT_READY', 'soon'),
  ])('tries again after %s', async (error) => {
    const { clock, settled, tries } = make((number) => (number < 4 ? error : undefined));
    await clock.runUntil(() => settled.length > 0);
    expect(settled).toEqual([{ grant: 'wait' }]);
    expect(tries()).toBe(4);
    expect(clock.now()).toBeLessThan(1_000);
  });

  test('a refusal is thrown at once', async () => {
    const refusal = new ServiceError('WRONG_EPOCH', 'no');
    const { clock, settled, tries } = make(() => refusal);
    await clock.runUntil(() => settled.length > 0);
    expect(settled).toEqual([refusal]);
    expect(tries()).toBe(1);
  });

  test('gives up after a minute of failures, not of patience', async () => {
    const { clock, settled, tries } = make(() => new TransportError('broken'));
    await clock.advance(coordinatorLostMs - 3_000);
    expect(settled).toEqual([]);
    await clock.advance(6_000);
    expect(settled[0]).toBeInstanceOf(CoordinatorLostError);
    // It backs off.
    expect(tries()).toBeLessThan(70);
    expect(clock.pending).toBe(0);
  });

  test('never gives up if it is told not to', async () => {
    const { clock, settled, tries } = make(
      (number) => (number < 2_000 ? new TransportError('broken') : undefined),
      Infinity,
    );
    await clock.runUntil(() => settled.length > 0);
    expect(settled).toEqual([{ grant: 'wait' }]);
    expect(tries()).toBe(2_000);
  });

  test('an abort ends it', async () => {
    const { clock, controller, settled } = make(() => new TransportError('broken'));
    await clock.advance(100);
    controller.abort();
    await clock.advance(0);
    expect(settled[0]).toBeInstanceOf(CancelledError);
  });
});
