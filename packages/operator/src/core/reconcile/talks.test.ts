import { describe, expect, it } from '@jest/globals';
import { TransportError } from '@mapreduce/service';
import { VirtualClock } from '@mapreduce/service/virtual';
import { MemoryLog } from '@mapreduce/testing';
import { aReport } from '../testing/builders.ts';
import { Talk, type Connect } from './talks.ts';

/** A talk with a coordinator that answers as told. */
function aTalk(answer: (route: string) => unknown, ip = '10.0.0.1') {
  const clock = new VirtualClock();
  const calls: string[] = [];
  const state = { changes: 0, address: '' };
  const connect: Connect = () => ({
    close: () => undefined,
    call: async (address, route) => {
      calls.push(route);
      state.address = address;
      await Promise.resolve();
      return answer(route) as never;
    },
  });
  const contact = { podUid: 'pod', ip };
  const log = new MemoryLog();
  const onChange = () => (state.changes += 1);
  const talk = new Talk({ contact, job: 'job', token: 't', connect, clock, log, onChange });
  return { talk, clock, calls, state };
}

describe('a talk with a coordinator', () => {
  it.each([
    ['10.0.0.1', 'http://10.0.0.1:7070'],
    ['fd00::1', 'http://[fd00::1]:7070'],
  ])('reaches it at %s', async (ip, address) => {
    const { clock, state } = aTalk(() => aReport({ job: 'job' }), ip);
    await clock.advance(1);
    expect(state.address).toBe(address);
  });

  it('tells what is new, once a second at most', async () => {
    const state = { version: 1 };
    const {
      talk,
      clock,
      calls,
      state: seen,
    } = aTalk(() => aReport({ job: 'job', version: state.version }));
    await clock.advance(3_500);
    expect(calls).toHaveLength(4);
    expect(seen.changes).toBe(1);
    expect(talk.heard).toMatchObject({ report: { podUid: 'pod', status: { version: 1 } } });
    state.version = 2;
    await clock.advance(1_000);
    expect(seen.changes).toBe(2);
    talk.end();
  });

  it('is silent since the last answer, and keeps that', async () => {
    const state = { isDead: false };
    const { talk, clock } = aTalk(() => {
      if (state.isDead) throw new TransportError('no answer');
      return aReport({ job: 'job' });
    });
    await clock.advance(500);
    expect(talk.heard.silentSince).toBeUndefined();
    state.isDead = true;
    await clock.advance(20_000);
    expect(clock.wall() - (talk.heard.silentSince ?? 0)).toBeGreaterThan(15_000);
    expect(talk.heard.report).toBeDefined();
    expect(talk.heard.silence).toBe('no answer');
    state.isDead = false;
    await clock.advance(5_000);
    expect(talk.heard.silence).toBeUndefined();
    talk.end();
  });

  it('tells when the reason of the silence is another', async () => {
    const state = { reason: 'connect ECONNREFUSED' };
    const {
      clock,
      state: seen,
      talk,
    } = aTalk(() => {
      throw new TransportError(state.reason);
    });
    await clock.advance(5_000);
    expect(seen.changes).toBe(1);
    state.reason = 'unauthorized';
    await clock.advance(5_000);
    expect(seen.changes).toBe(2);
    expect(talk.heard.silence).toBe('unauthorized');
    talk.end();
  });

  it('keeps what was answered about those that drain', async () => {
    const workers = [{ incarnation: 'w1', address: 'http://10.0.0.2:7071', relieved: true }];
    const { talk, clock } = aTalk((route) =>
      route === 'drainWorkers' ? { workers } : aReport({ job: 'job' }),
    );
    talk.wish({ drain: { addresses: ['http://10.0.0.2:7071'], graceMs: 1 } });
    await clock.advance(200);
    expect(talk.heard.drained).toEqual(workers);
    talk.end();
  });

  it("does not take another job's answer", async () => {
    const { talk, clock } = aTalk(() => aReport({ job: 'another' }));
    await clock.advance(5_000);
    expect(talk.heard.report).toBeUndefined();
    talk.end();
  });

  it('repeats a wish once a second, and brings what was answered', async () => {
    const victims = [{ incarnation: 'w1', address: 'http://10.0.0.2:7071', relieved: false }];
    const { talk, clock, calls } = aTalk((route) =>
      route === 'scaleDown' ? { victims } : aReport({ job: 'job' }),
    );
    const wish = { scaleDown: { workers: 1, graceMs: 1_000 } };
    for (let times = 0; times < 10; times += 1) {
      talk.wish(wish);
      await clock.advance(200);
    }
    expect(calls.filter((route) => route === 'scaleDown')).toHaveLength(2);
    expect(talk.heard.scaleDown).toEqual({ workers: 1, victims });
    talk.end();
  });
});
