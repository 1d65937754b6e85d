import { beforeAll, describe, expect, it } from '@jest/globals';
import {
  closeSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { start, succeed } from './support/command.ts';
import { temporaryDirectory } from './support/directory.ts';
import { jobStatusEvents } from './support/events.ts';
import { outputDigest } from './support/output.ts';
import { until } from './support/processes.ts';
import { program } from './support/programs.ts';

/** The data files of all map outputs below a directory. */
function mapOutputs(directory: string): string[] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('/data') && name.includes('-map-'))
    .map((name) => join(directory, name))
    .filter((path) => statSync(path).size > 0);
}

function flipByte(path: string): void {
  const file = openSync(path, 'r+');
  const byte = new Uint8Array(1);
  const position = Math.floor(statSync(path).size * 0.9);
  readSync(file, byte, 0, 1, position);
  writeSync(file, Uint8Array.of((byte[0] ?? 0) ^ 0x10), 0, 1, position);
  closeSync(file);
}

describe('a damaged segment is refused and its map runs again', () => {
  const scratch = temporaryDirectory();
  let inputs: string[] = [];
  let expected = '';

  const args = (output: string) => [
    ...['run', program('slow-lines.ts'), ...inputs, '-o', output, '--json'],
    ...['--workers', '2', '--slots', '1', '--reducers', '6'],
  ];

  beforeAll(async () => {
    // A worker keeps small outputs in memory, where no disk can damage them.
    const line = (_: unknown, index: number) => `${index} ${'filler '.repeat(5)}\n`;
    const text = Array.from({ length: 60_000 }, line).join('');
    inputs = ['first', 'second', 'third'].map((name) => join(scratch, name));
    for (const path of inputs) writeFileSync(path, text);
    await succeed(args(join(scratch, 'calm')));
    expected = outputDigest(join(scratch, 'calm'));
  });

  it.each([
    { damage: 'a flipped byte', strike: flipByte },
    {
      damage: 'a cut end',
      strike: (path: string) => {
        truncateSync(path, statSync(path).size - 1);
      },
    },
  ])('$damage in every map output', async ({ damage, strike }) => {
    const name = damage.replaceAll(' ', '-');
    const directory = join(scratch, `tmp-${name}`);
    mkdirSync(directory);
    const output = join(scratch, name);
    const run = start(args(output), { env: { TMPDIR: directory, E2E_REDUCE_MS: '400' } });
    const events = jobStatusEvents(run);
    await until('the first reduce is done', 30_000, () =>
      (events.last()?.reduces.completed ?? 0) >= 1 ? true : undefined,
    );
    const damaged = mapOutputs(directory);
    expect(damaged.length).toBeGreaterThanOrEqual(3);
    damaged.forEach(strike);
    const { code, stderr } = await run.result;
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(events.last()?.attempts.fetchFailures).toBeGreaterThan(0);
    expect(outputDigest(output)).toBe(expected);
    await succeed(['verify', output]);
  });
});
