import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { succeed } from './run.ts';

const command = join(import.meta.dirname, '../../../packages/cli/dist/mapreduce.js');

/**
 * A program that lists each key's values in input order, so that whatever is lost, doubled or swapped
 * shows; it waits and computes nothing, so that faults meet it at work.
 */
function listing(mapMs: number, reduceMs: number): string {
  return `import { defineJob } from '@mapreduce/sdk';
const bell = new Int32Array(new SharedArrayBuffer(4));
export default defineJob<string, string, string>({
  map: (line, emit) => {
    Atomics.wait(bell, 0, 0, ${mapMs});
    const space = line.indexOf(' ');
    emit(line.slice(0, space), line.slice(space + 1));
  },
  reduce: (key, values, emit) => {
    Atomics.wait(bell, 0, 0, ${reduceMs});
    emit(key, [...values].join(' '));
  },
});
`;
}

const LINES_A_MAP = 24;
const KEYS = 24;

export interface Workload {
  /** The spec of a job that runs it; what a case needs besides is put beside it. */
  readonly spec: {
    readonly program: unknown;
    readonly inputs: readonly unknown[];
    readonly reducers: number;
    readonly splitSize: string;
    readonly memory: string;
  };
  readonly maps: number;
  /** The output of a local run: the bytes that a cluster has to give, whatever happens to it. */
  expected(): Promise<Buffer>;
}

/** A job of so many maps and four reduces, each of which takes about so many seconds of waiting. */
export function workload(maps: number, seconds: { map: number; reduce: number }): Workload {
  const width = Math.floor(1_024 / LINES_A_MAP);
  const text = Array.from({ length: maps * LINES_A_MAP }, (_, line) =>
    `k${(line * 7) % KEYS} ${line}`.padEnd(width - 1, '.'),
  ).join('\n');
  const reducers = 4;
  const source = listing(
    Math.round((seconds.map * 1_000) / LINES_A_MAP),
    Math.round((seconds.reduce * 1_000 * reducers) / KEYS),
  );
  return {
    maps,
    spec: {
      program: { inline: { source } },
      inputs: [{ text: { value: `${text}\n` } }],
      reducers,
      splitSize: '1Ki',
      memory: '16Mi',
    },
    expected: () => runLocally(listing(0, 0), `${text}\n`, reducers),
  };
}

async function runLocally(source: string, text: string, reducers: number): Promise<Buffer> {
  const directory = mkdtempSync(join(tmpdir(), 'mapreduce-e2e-'));
  try {
    writeFileSync(join(directory, 'program.ts'), source);
    writeFileSync(join(directory, 'input'), text);
    return await localOutput(join(directory, 'program.ts'), [join(directory, 'input')], reducers);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** What `mapreduce run` on this machine makes of a program and its inputs. */
export async function localOutput(
  program: string,
  inputs: readonly string[],
  reducers: number,
): Promise<Buffer> {
  const directory = mkdtempSync(join(tmpdir(), 'mapreduce-e2e-'));
  const output = join(directory, 'out');
  try {
    await succeed(process.execPath, [
      command,
      'run',
      program,
      ...inputs,
      '-o',
      output,
      '--reducers',
      `${reducers}`,
    ]);
    return await succeed(process.execPath, [command, 'cat', output]);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
