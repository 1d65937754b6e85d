import { describe, expect, test } from '@jest/globals';
import type { LogEvent } from '@mapreduce/protocol';
import { aDigest, anAttempt } from '@mapreduce/testing';
import { CompletionLog } from './completion-log.ts';

function mapped(map: number, number = 0, holder = 'w1'): LogEvent {
  return {
    kind: 'mapped',
    map,
    attempt: anAttempt('map', map, number),
    holder,
    address: `http://${holder}`,
    storedRoot: aDigest('1'),
    contentRoot: aDigest('2'),
  };
}

function lost(map: number, number = 0): LogEvent {
  return { kind: 'lost', map, attempt: anAttempt('map', map, number) };
}

describe('CompletionLog', () => {
  test('names the output that is to be had now', () => {
    const log = new CompletionLog();
    log.apply(0, [mapped(0), mapped(2), lost(0), mapped(0, 1, 'w2')]);
    expect(log.outputOf(0)).toMatchObject({
      attempt: anAttempt('map', 0, 1),
      holder: { incarnation: 'w2', address: 'http://w2' },
    });
    expect(log.outputOf(1)).toBeUndefined();
    expect([log.next, log.available]).toEqual([4, 2]);
    log.apply(4, [lost(2)]);
    expect(log.outputOf(2)).toBeUndefined();
    expect(log.available).toBe(1);
  });

  test('the loss of an older attempt changes nothing', () => {
    const log = new CompletionLog();
    log.apply(0, [mapped(0, 1), lost(0, 0)]);
    expect(log.outputOf(0)).toBeDefined();
  });

  test('events that were here already, or come too early, are passed over', () => {
    const log = new CompletionLog();
    const events = [mapped(0), lost(0), mapped(0, 1)];
    log.apply(0, events.slice(0, 2));
    log.apply(0, events.slice(0, 1));
    expect(log.outputOf(0)).toBeUndefined();
    log.apply(1, events.slice(1));
    expect(log.next).toBe(3);
    log.apply(5, [mapped(7)]);
    expect(log.next).toBe(3);
    expect(log.outputOf(7)).toBeUndefined();
  });

  test('rings when there is news, and only then', async () => {
    const log = new CompletionLog();
    let rings = 0;
    const listen = () => void log.changed.rung().then(() => rings++);
    listen();
    log.apply(0, []);
    await Promise.resolve();
    expect(rings).toBe(0);
    log.apply(0, [mapped(0)]);
    await Promise.resolve();
    expect(rings).toBe(1);
  });
});
