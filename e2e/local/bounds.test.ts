import { describe, expect, it } from '@jest/globals';
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inventBook } from './support/books.ts';
import { mapreduce, start, succeed, type RunningCommand } from './support/command.ts';
import { temporaryDirectory } from './support/directory.ts';
import { residentPeak } from './support/memory.ts';
import { outputDigest, sortedLines } from './support/output.ts';
import { program } from './support/programs.ts';

const scratch = temporaryDirectory();
const mebibyte = 2 ** 20;
/** What an executor may need beside its buffers: Node itself and the program. */
const overhead = 120 * mebibyte;

async function withinBudget(run: RunningCommand, memory: number): Promise<void> {
  const peak = residentPeak(run.pid, 'executor');
  const { code, stderr } = await run.result;
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(peak.stop()).toBeLessThan(memory + overhead);
}

describe('inputs that strain the bounds', () => {
  it('an input ten times the memory budget spills, stays within it, and changes nothing', async () => {
    const input = join(scratch, 'large.txt');
    const book = inventBook(5, mebibyte);
    for (let written = 0; written < 320; written += 1) appendFileSync(input, book);
    const args = (output: string, memory: string) => [
      ...['run', program('identity-lines.ts'), input, '-o', output, '--quiet'],
      ...['--memory', memory, '--split-size', '160Mi', '--workers', '2', '--reducers', '2'],
    ];
    const small = join(scratch, 'large-32');
    await withinBudget(start(args(small, '32Mi')), 32 * mebibyte);
    const large = join(scratch, 'large-1024');
    await succeed(args(large, '1Gi'));
    expect(outputDigest(small)).toBe(outputDigest(large));
  }, 240_000);

  it('one key with ten million values is reduced lazily', async () => {
    const input = join(scratch, 'one-key.txt');
    writeFileSync(input, '5000000\n5000000\n');
    const output = join(scratch, 'one-key');
    const run = start([
      ...['run', program('one-key.ts'), input, '-o', output, '--quiet'],
      ...['--memory', '64Mi', '--split-size', '8'],
    ]);
    await withinBudget(run, 64 * mebibyte);
    expect(sortedLines(output)).toEqual([`all\t[10000000,${4_999_999 * 5_000_000}]`]);
  }, 120_000);

  it('a record of 100 MB under splits of 64 KiB is read once', async () => {
    const input = join(scratch, 'long.txt');
    writeFileSync(input, 'short\n');
    const piece = 'x'.repeat(10 ** 6);
    for (let written = 0; written < 100; written += 1) appendFileSync(input, piece);
    appendFileSync(input, '\nshort\n');
    const output = join(scratch, 'long');
    const run = start([
      ...['run', program('longest-line.ts'), input, '-o', output, '--quiet'],
      ...['--split-size', '64Ki', '--memory', '512Mi', '--reducers', '1'],
    ]);
    await withinBudget(run, 512 * mebibyte);
    expect(sortedLines(output)).toEqual(['100000000\t1', '5\t2']);
  }, 120_000);

  it.each([
    ['word-count.ts', 'says no limit'],
    ['longest-line.ts', 'would allow for 256 MiB'],
  ])(
    'a record over the limit is one clear error with file and offset: %s %s',
    async (name) => {
      const output = join(scratch, 'too-long');
      const { code, stderr } = await mapreduce([
        ...['run', program(name), join(scratch, 'long.txt'), '-o', output],
        ...['--split-size', '64Ki', '--memory', '32Mi', '--quiet'],
      ]);
      expect(code).toBe(2);
      expect(stderr).toMatch(/long\.txt/);
      expect(stderr).toMatch(/byte 6\b/);
      expect(stderr).toMatch(
        /longer than 8388608 bytes; raise maxLength of the reader, or --memory/,
      );
    },
    120_000,
  );

  it('a million distinct keys are all seen', async () => {
    const input = join(scratch, 'many-keys.txt');
    writeFileSync(input, '1000000\n');
    const output = join(scratch, 'many-keys');
    const run = start([
      ...['run', program('many-keys.ts'), input, '-o', output, '--json'],
      ...['--memory', '32Mi', '--reducers', '3'],
    ]);
    await withinBudget(run, 32 * mebibyte);
    expect(sortedLines(output)).toHaveLength(1_000_000);
  }, 120_000);

  it('an empty file gives empty parts and a success', async () => {
    const input = join(scratch, 'empty.txt');
    writeFileSync(input, '');
    const output = join(scratch, 'empty');
    await succeed(['run', 'wordcount', input, '-o', output, '--reducers', '2', '--quiet']);
    expect(sortedLines(output)).toEqual([]);
    await succeed(['verify', output]);
  });

  it('a directory of 5,000 small files is counted whole', async () => {
    const directory = join(scratch, 'small-files');
    mkdirSync(directory);
    for (let index = 0; index < 5_000; index += 1) {
      writeFileSync(join(directory, `f-${index}`), `common word${index % 10}x\n`);
    }
    const output = join(scratch, 'small');
    const run = start([
      ...['run', program('identity-lines.ts'), directory, '-o', output, '--quiet'],
      ...['--memory', '32Mi'],
    ]);
    await withinBudget(run, 32 * mebibyte);
    expect(sortedLines(output)).toContain('common word0x\t500');
    expect(sortedLines(output)).toHaveLength(10);
  }, 180_000);
});
