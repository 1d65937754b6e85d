import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createColors } from 'picocolors';
import { statusWith, succeeded } from './fixtures.ts';
import { pipelineLines } from './pipeline.ts';
import { widthOf } from './style.ts';

const noRates = { bytesPerSecond: 0, recordsPerSecond: 0 };
const plain = (columns: number) => ({ colors: createColors(false), columns });

describe('pipelineLines', () => {
  it('shows the stages beside each other where there is room', () => {
    const rates = { bytesPerSecond: 2_621_440, recordsPerSecond: 0 };
    expect(pipelineLines(statusWith(), rates, plain(100)).join('\n')).toMatchInlineSnapshot(`
      "wordcount · map · 1.50 s · 2.5 MiB/s

      source            → map 0..11         → shuffle           → reduce 0..2       → output
      8 files             5 of 12             0 B                 0 of 3              0 records
      3.1 MiB             2 running           0 records           waiting             0 B

      map      ■■■■■▶▶·····
      reduce   ···
      workers  127.0.0.1:40001       1 of 1 busy  2 tasks
               127.0.0.1:40002       1 of 1 busy  3 tasks"
    `);
  });

  it('shows the stages below each other on a narrow terminal', () => {
    expect(pipelineLines(succeeded(), noRates, plain(60)).join('\n')).toMatchInlineSnapshot(`
      "wordcount · succeeded · 2.35 s

        source          8 files, 3.1 MiB
      → map 0..11       12 of 12, done
      → shuffle         528 KiB, 60,170 records
      → reduce 0..2     3 of 3, done
      → output          22,107 records, 223 KiB

      map      ■■■■■■■■■■■■
      reduce   ■■■
      workers  127.0.0.1:40001       1 of 1 busy  2 tasks
               127.0.0.1:40002       1 of 1 busy  3 tasks"
    `);
  });

  it('says that nothing is planned before the program has described itself', () => {
    const status = statusWith({
      phase: 'describe',
      inputs: { count: 0, bytes: 0 },
      maps: { total: 0, idle: 0, inProgress: 0, completed: 0 },
      mapStates: '',
    });
    const lines = pipelineLines(status, noRates, plain(100));
    expect(lines[3]).toMatch(/^being listed +not planned yet/);
  });

  it('draws more tasks than fit as a bar in which every state that occurs is seen', () => {
    const status = statusWith({
      maps: { total: 5_000, idle: 4_998, inProgress: 1, completed: 1 },
      mapStates: undefined,
    });
    const line = pipelineLines(status, noRates, plain(60)).find((text) => text.startsWith('map '));
    expect(line).toMatch(/^map +■▶·+$/);
  });

  it('tells of what was lost, failed and repeated', () => {
    const attempts = {
      started: 9,
      failed: 2,
      lost: 1,
      backup: 1,
      fetchFailures: 3,
      moved: 4,
      rerunAhead: 1,
    };
    const text = pipelineLines(statusWith({ attempts }), noRates, plain(100)).join('\n');
    expect(text).toContain('1 attempt lost');
    expect(text).toContain('4 outputs moved, 1 map re-run ahead');
    expect(text).toContain('2 attempts failed, 3 failed fetches, 1 backup attempt');
  });

  it('tells of the attempt that takes far longer than the others', () => {
    const straggler = {
      ...{ attempt: '1-1-5f3a9c21-map-5-0', task: 'map 5', worker: 'http://127.0.0.1:40001' },
      ...{ runningMs: 12_000, medianMs: 1_000, sizeRatio: 1 },
    };
    const text = pipelineLines(statusWith({ straggler }), noRates, plain(100)).join('\n');
    expect(text).toContain('trouble  map 5 runs for 12.0 s, others took 1.00 s');
  });

  it('colours nothing without colours', () => {
    const lines = pipelineLines(statusWith(), noRates, plain(100));
    expect(lines.join('\n')).not.toContain('\u001B');
    const coloured = pipelineLines(statusWith(), noRates, {
      colors: createColors(true),
      columns: 100,
    });
    expect(coloured.join('\n')).toContain('\u001B[');
  });

  it('never draws beyond the edge of the terminal', () => {
    const count = fc.integer({ min: 0, max: 200_000 });
    fc.assert(
      fc.property(
        fc.integer({ min: 40, max: 200 }),
        fc.string({ maxLength: 80 }),
        fc.tuple(count, count, count),
        fc.integer({ min: 0, max: 2 ** 50 }),
        (columns, program, [idle, inProgress, completed], bytes) => {
          const total = idle + inProgress + completed;
          const status = statusWith({
            program,
            maps: { total, idle, inProgress, completed },
            mapStates: total <= 200 ? 'c'.repeat(total) : undefined,
            inputs: { count: total, bytes },
          });
          const rates = { bytesPerSecond: bytes, recordsPerSecond: bytes };
          for (const line of pipelineLines(status, rates, plain(columns))) {
            expect(widthOf(line)).toBeLessThanOrEqual(columns);
          }
        },
      ),
    );
  });
});
