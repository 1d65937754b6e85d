import { expect, test } from '@jest/globals';
import { SeededRandom, VirtualClock } from '@mapreduce/service/virtual';
import { MemoryLog } from '@mapreduce/testing';
import { ApiError } from '../api/error.ts';
import type { KubeObject } from '../api/object.ts';
import { interceptedClient } from '../virtual/intercepted-client.ts';
import { MemoryApi } from '../virtual/memory-api.ts';
import { ApiEventRecorder, type EventFacts } from './event-recorder.ts';
import { events } from './event.ts';

const aPod = (name = 'web'): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { namespace: 'team', name, uid: `uid-${name}`, resourceVersion: '7' },
});

const facts = (note = 'created it'): EventFacts => ({
  type: 'Normal',
  reason: 'CreatedPod',
  action: 'Create',
  note,
});

function aRecorder() {
  const clock = new VirtualClock();
  const api = new MemoryApi({ clock, random: new SeededRandom(1) });
  const log = new MemoryLog();
  const state = { failsWith: undefined as ApiError | undefined, writes: 0 };
  const client = interceptedClient(api, async () => {
    state.writes += 1;
    await Promise.resolve();
    if (state.failsWith !== undefined) throw state.failsWith;
  });
  const recorder = new ApiEventRecorder({
    client,
    controller: 'example.com/test',
    instance: 'test-0',
    clock,
    random: new SeededRandom(2),
    log,
  });
  const written = async () => (await api.list(events)).items;
  return { clock, api, log, state, recorder, written };
}

test('an event says what, why, of which object, by whom and when', async () => {
  const { clock, recorder, written } = aRecorder();
  recorder.record(aPod(), facts());
  await clock.advance(0);
  const [event] = await written();
  expect(event).toMatchObject({
    metadata: { namespace: 'team' },
    eventTime: '2030-01-01T00:00:00.000000Z',
    ...facts(),
    regarding: { apiVersion: 'v1', kind: 'Pod', namespace: 'team', name: 'web', uid: 'uid-web' },
    reportingController: 'example.com/test',
    reportingInstance: 'test-0',
  });
  expect(event?.metadata.name).toMatch(/^web\.[0-9a-f]{16}$/);
  expect(event).not.toHaveProperty('series');
});

test('what repeats is one event with a count, written twice a minute at most', async () => {
  const { clock, recorder, state, written } = aRecorder();
  for (let index = 0; index < 600; index += 1) {
    recorder.record(aPod(), facts());
    await clock.advance(100);
  }
  await clock.advance(60_000);
  const found = await written();
  expect(found).toHaveLength(1);
  expect(found[0]?.series?.count).toBe(600);
  expect(found[0]?.series?.lastObservedTime).toBe('2030-01-01T00:00:59.900000Z');
  expect(state.writes).toBeLessThanOrEqual(4);
});

test('the same after a long time is a new event', async () => {
  const { clock, recorder, written } = aRecorder();
  recorder.record(aPod(), facts());
  await clock.advance(600_000);
  recorder.record(aPod(), facts());
  await clock.advance(60_000);
  expect((await written()).map(({ series }) => series)).toEqual([undefined, undefined]);
});

test('an object that changes its mind all the time is held to its budget; others are not', async () => {
  const { clock, recorder, written } = aRecorder();
  for (let index = 0; index < 200; index += 1) recorder.record(aPod(), facts(`note ${index}`));
  recorder.record(aPod('other'), facts());
  await clock.advance(1_000);
  expect(await written()).toHaveLength(26);
  await clock.advance(300_000);
  recorder.record(aPod(), facts('later'));
  await clock.advance(0);
  expect(await written()).toHaveLength(27);
});

test('an event that the server has forgotten is told anew', async () => {
  const { clock, api, recorder, written } = aRecorder();
  recorder.record(aPod(), facts());
  await clock.advance(0);
  for (const { metadata } of await written()) await api.delete(events, metadata);
  recorder.record(aPod(), facts());
  await clock.advance(60_000);
  expect(await written()).toHaveLength(1);
});

test('while the server is away an event is tried again, then dropped, and the next is written', async () => {
  const { clock, recorder, state, log, written } = aRecorder();
  state.failsWith = new ApiError({ status: 0, reason: 'Unreachable', message: 'away' });
  recorder.record(aPod(), facts('lost'));
  await clock.advance(60_000);
  expect(state.writes).toBe(4);
  expect(log.facts.map(({ fact }) => fact)).toEqual(['could not write an event']);
  state.failsWith = undefined;
  recorder.record(aPod(), facts('next'));
  await clock.advance(0);
  expect((await written()).map(({ note }) => note)).toEqual(['next']);
});

test('what the server refuses is not tried again', async () => {
  const { clock, recorder, state } = aRecorder();
  state.failsWith = new ApiError({ status: 403, reason: 'Forbidden', message: 'terminating' });
  recorder.record(aPod(), facts());
  await clock.advance(60_000);
  expect(state.writes).toBe(1);
});

test('an event whose answer was lost is there once', async () => {
  const { clock, api, recorder, state, written } = aRecorder();
  state.failsWith = new ApiError({ status: 0, reason: 'Timeout', message: 'lost' });
  recorder.record(aPod(), facts());
  await clock.advance(0);
  state.failsWith = new ApiError({ status: 409, reason: 'AlreadyExists', message: 'is there' });
  await clock.advance(5_000);
  expect([state.writes, (await written()).length, api]).toEqual([2, 0, api]);
});

test('a note is cut between characters, and a name of full length still fits', async () => {
  const { clock, recorder, written } = aRecorder();
  recorder.record(aPod('n'.repeat(253)), facts(`a${'é'.repeat(600)}`));
  await clock.advance(0);
  const [event] = await written();
  expect(event?.note).toBe(`a${'é'.repeat(511)}`);
  expect(event?.metadata.name.length).toBeLessThanOrEqual(253);
});

test('what is not there to be told of in a namespace is told in the default one', async () => {
  const { clock, recorder, written } = aRecorder();
  recorder.record({ apiVersion: 'v1', kind: 'Node', metadata: { name: 'node-1' } }, facts());
  await clock.advance(0);
  expect((await written())[0]?.metadata.namespace).toBe('default');
});

test('at the end what waits is written, or given up in time', async () => {
  const { clock, recorder, state } = aRecorder();
  recorder.record(aPod(), facts());
  await recorder.flush(5_000);
  expect(state.writes).toBe(1);
  state.failsWith = new ApiError({ status: 0, reason: 'Unreachable', message: 'away' });
  recorder.record(aPod(), facts('late'));
  let isOver = false;
  void recorder.flush(500).then(() => (isOver = true));
  await clock.advance(500);
  expect(isOver).toBe(true);
});
