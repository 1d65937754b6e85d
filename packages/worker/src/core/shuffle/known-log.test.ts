import { expect, test } from '@jest/globals';
import type { LogEvent } from '@mapreduce/protocol';
import { anAttempt, settle, VirtualClock } from '@mapreduce/testing';
import type { Worker } from '../worker.ts';
import { CompletionLog } from './completion-log.ts';
import { knownLog } from './known-log.ts';

const lost = (map: number): LogEvent => ({ kind: 'lost', map, attempt: anAttempt('map', map) });

/** A worker that has heard of one event. */
function aWorker() {
  const log = new CompletionLog();
  log.apply(0, [lost(0)]);
  const link = { log, hurried: 0, hurry: () => (link.hurried += 1) };
  const clock = new VirtualClock();
  const worker = { link, ports: { clock } } as unknown as Worker;
  const abort = new AbortController();
  const wait = (events: number) => {
    const state = { is: 'waiting' };
    knownLog(worker, log, events, abort.signal).then(
      () => (state.is = 'known'),
      (error: unknown) => (state.is = (error as Error).name),
    );
    return state;
  };
  return { abort, clock, link, log, wait };
}

test('what is known already is not waited for', async () => {
  const { link, wait } = aWorker();
  const state = wait(1);
  await settle();
  expect([state.is, link.hurried]).toEqual(['known', 0]);
});

test('what is not is asked for, again and again', async () => {
  const { clock, link, log, wait } = aWorker();
  const state = wait(2);
  await clock.advance(450);
  expect([state.is, link.hurried]).toEqual(['waiting', 3]);
  log.apply(1, [lost(1)]);
  await settle();
  expect(state.is).toBe('known');
});

test('another life of the coordinator tells only of what counts', async () => {
  const { clock, link, wait } = aWorker();
  const state = wait(9);
  link.log = new CompletionLog();
  await clock.advance(250);
  expect(state.is).toBe('known');
});

test('an attempt that is cancelled waits no longer', async () => {
  const { abort, clock, wait } = aWorker();
  const state = wait(9);
  abort.abort();
  await clock.advance(250);
  expect(state.is).toBe('CancelledError');
});
