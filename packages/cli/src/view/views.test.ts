import { describe, expect, it } from '@jest/globals';
import { statusWith, succeeded } from './fixtures.ts';
import { jsonView } from './json-view.ts';
import { plainView } from './plain-view.ts';
import { RateMeter } from './rates.ts';

const running = [
  statusWith({ phase: 'describe', elapsedMs: 10 }),
  statusWith({ elapsedMs: 200 }),
  statusWith({ elapsedMs: 700 }),
  statusWith({ elapsedMs: 1_300 }),
  statusWith({ phase: 'reduce', elapsedMs: 1_500 }),
  succeeded(),
];

describe('plainView', () => {
  it('prints one line a phase', () => {
    const lines: string[] = [];
    const view = plainView((line) => lines.push(line));
    for (const status of running) view.update(status);
    expect(lines).toEqual([
      '  200 ms  map       12 splits of 8 files (3.1 MiB), 2 workers',
      '  1.50 s  reduce    3 partitions',
      '  2.35 s  finish    22,107 records (223 KiB) written',
    ]);
  });
});

describe('jsonView', () => {
  it('prints an event as each phase begins, and one a second in between', () => {
    const lines: string[] = [];
    const view = jsonView((line) => lines.push(line));
    for (const status of running) view.update(status);
    view.note('worker 1 ended');
    const events = lines.map((line) => JSON.parse(line) as { event: string; phase?: string });
    expect(events.map(({ event, phase }) => [event, phase])).toEqual([
      ['phase', 'describe'],
      ['phase', 'map'],
      ['status', 'map'],
      ['phase', 'reduce'],
      ['phase', 'finish'],
      ['note', undefined],
    ]);
  });
});

describe('after a restart of the coordinator, whose time may begin anew', () => {
  it('jsonView prints its first status at once, then one a second', () => {
    const lines: string[] = [];
    const view = jsonView((line) => lines.push(line));
    for (const elapsedMs of [5_000, 100, 200, 1_200]) view.update(statusWith({ elapsedMs }));
    const shown = lines.map((line) => (JSON.parse(line) as { elapsedMs: number }).elapsedMs);
    expect(shown).toEqual([5_000, 100, 1_200]);
  });

  it('RateMeter measures from there', () => {
    const meter = new RateMeter();
    const at = (elapsedMs: number, bytesRead: number) =>
      statusWith({ elapsedMs, progress: { ...statusWith().progress, bytesRead } });
    meter.add(at(9_000, 900_000));
    expect(meter.add(at(100, 500)).bytesPerSecond).toBe(0);
    expect(meter.add(at(600, 1_000)).bytesPerSecond).toBe(1_000);
  });
});

describe('RateMeter', () => {
  const reading = (elapsedMs: number, bytesRead: number) =>
    statusWith({ elapsedMs, progress: { ...statusWith().progress, bytesRead } });

  it('measures over the last second, not since the beginning', () => {
    const meter = new RateMeter();
    expect(meter.add(reading(0, 0)).bytesPerSecond).toBe(0);
    expect(meter.add(reading(1_000, 1_000)).bytesPerSecond).toBe(1_000);
    expect(meter.add(reading(2_000, 6_000)).bytesPerSecond).toBe(5_000);
  });

  it('begins anew with each phase', () => {
    const meter = new RateMeter();
    meter.add(reading(0, 0));
    meter.add(reading(500, 5_000));
    expect(meter.add(statusWith({ phase: 'reduce', elapsedMs: 600 })).bytesPerSecond).toBe(0);
  });
});
