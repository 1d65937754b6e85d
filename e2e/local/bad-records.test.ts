import { beforeAll, describe, expect, it } from '@jest/globals';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { mapreduce, start, succeed } from './support/command.ts';
import { temporaryDirectory } from './support/directory.ts';
import { jobStatusEvents } from './support/events.ts';
import { outputDigest } from './support/output.ts';
import { processesOf, until } from './support/processes.ts';
import { program } from './support/programs.ts';

interface Skipped {
  readonly file: string;
  readonly offset: number;
  readonly length: number;
  readonly message: string;
  readonly record: string;
}

const bad = program('bad-records.ts');

describe('bad records', () => {
  const scratch = temporaryDirectory();
  const input = join(scratch, 'input');
  const sound = join(scratch, 'sound');
  const expected: Skipped[] = [];
  let soundDigest = '';

  const args = (output: string, skip: number, from = input) => [
    ...['run', bad, from, '-o', output, '--skip-bad-records', String(skip)],
    ...['--workers', '2', '--reducers', '3', '--split-size', '4Ki'],
  ];

  beforeAll(async () => {
    mkdirSync(input);
    mkdirSync(sound);
    for (const name of ['a.txt', 'b.txt']) {
      let [text, kept] = ['', ''];
      for (let i = 0; i < 400; i += 1) {
        const isBad = i % 40 === 7 || i === 399;
        const end = i === 399 ? '' : '\n';
        const line = `line ${i} of ${name} ${isBad ? 'poison' : 'says'} ${'abcdefg'.charAt(i % 7)}-thing${end}`;
        if (isBad) {
          expected.push({
            ...{ file: join(input, name), offset: text.length, length: line.length },
            message: `no antidote for ${line.trimEnd()}`,
            record: Buffer.from(line).toString('base64'),
          });
        } else kept += line;
        text += line;
      }
      writeFileSync(join(input, name), text);
      writeFileSync(join(sound, name), kept);
    }
    const output = join(scratch, 'sound-out');
    await succeed(args(output, 0, sound));
    soundDigest = outputDigest(output);
  }, 60_000);

  /** What lies aside, which must be in the order of the input. */
  function aside(output: string): Skipped[] {
    const jobs = join(output, '_mapreduce');
    const [job = ''] = readdirSync(jobs);
    const lines = readFileSync(join(jobs, job, 'skipped.ndjson'), 'utf8')
      .trimEnd()
      .split('\n');
    return lines.map((line) => JSON.parse(line) as Skipped);
  }

  it('fail the job with file and offset while none may be skipped', async () => {
    const output = join(scratch, 'off');
    const { code, stderr } = await mapreduce(args(output, 0));
    expect(code).toBe(1);
    expect(stderr).toMatch(/RangeError: no antidote for line \d+ of [ab]\.txt poison \w-thing/);
    const [, file, offset] = /record +(\S+) at byte (\d+)/.exec(stderr) ?? [];
    expect(expected).toContainEqual(expect.objectContaining({ file, offset: Number(offset) }));
    expect(existsSync(output)).toBe(false);
  });

  it('are left out, counted and written aside, and the rest gives what it gives alone', async () => {
    const output = join(scratch, 'on');
    const { stdout } = await succeed(args(output, expected.length));
    expect(stdout).toMatch(
      /skipped +22 bad records; they are in \S+\/_mapreduce\/local-\w+\/skipped\.ndjson/,
    );
    // Seven words in each of the 389 sound lines of a file; of the others nothing counts.
    expect(stdout).toMatch(/counter +words = 5,446\n/);
    expect(outputDigest(output)).toBe(soundDigest);
    expect(aside(output)).toEqual(expected);
    const verified = await succeed(['verify', output]);
    expect(verified.stdout).toContain('22 bad records left out');
  });

  it('lie aside once, though their map ran again and the coordinator began anew', async () => {
    const output = join(scratch, 'killed');
    const log = join(scratch, 'killed.log');
    const env = { E2E_BAD: log, E2E_BAD_MS: '150' };
    const run = start([...args(output, expected.length), '--json'], { env });
    const events = jobStatusEvents(run);
    const [worker = '', file, offset] = await until('the first bad record', 30_000, () =>
      existsSync(log) ? readFileSync(log, 'utf8').split('\n')[0]?.split(' ') : undefined,
    );
    process.kill(Number(worker), 'SIGKILL');
    await until('some maps', 30_000, () =>
      (events.last()?.progress.recordsSkipped ?? 0) >= 3 ? true : undefined,
    );
    const [coordinator] = processesOf(run.pid, 'coordinator');
    process.kill(coordinator?.pid ?? 0, 'SIGKILL');
    const { code, stderr } = await run.result;
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const met = readFileSync(log, 'utf8').split('\n');
    expect(met.filter((line) => line.endsWith(` ${file} ${offset}`))).toHaveLength(2);
    expect(outputDigest(output)).toBe(soundDigest);
    expect(aside(output)).toEqual(expected);
    expect(events.last()?.progress.recordsSkipped).toBe(expected.length);
    await succeed(['verify', output]);
  }, 60_000);

  it('fail the job when all maps together have one too many', async () => {
    const output = join(scratch, 'too-many');
    const { code, stderr } = await mapreduce(args(output, expected.length - 1));
    expect(code).toBe(1);
    expect(stderr).toContain('22 bad records, but --skip-bad-records allows 21:');
    const [first] = expected;
    expect(stderr).toContain(`${first?.file} at byte ${first?.offset}: ${first?.message}`);
    expect(existsSync(output)).toBe(false);
  });

  it('fail the job when one map alone has too many', async () => {
    const output = join(scratch, 'too-many-in-one');
    const { code, stderr } = await mapreduce([...args(output, 1), '--split-size', '1Mi']);
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /more bad records than the 1 that --skip-bad-records allows; the first, at byte \d+ of \S+\.txt/,
    );
  });

  it('cannot be skipped in blocks', async () => {
    const output = join(scratch, 'blocks');
    const { code, stderr } = await mapreduce([
      ...['run', 'wordcount', input, '-o', output, '--skip-bad-records', '1'],
    ]);
    expect(code).toBe(2);
    expect(stderr).toContain('mapBlock sees many records at once');
  });
});
