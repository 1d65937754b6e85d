import { beforeAll, describe, expect, it } from '@jest/globals';
import type { JobStatus } from '@mapreduce/protocol';
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { books } from './support/books.ts';
import { start, succeed, type RunningCommand } from './support/command.ts';
import { temporaryDirectory } from './support/directory.ts';
import { jobStatusEvents } from './support/events.ts';
import { sortedLines } from './support/output.ts';
import { processesOf, until, type ProcessEntry } from './support/processes.ts';
import { program } from './support/programs.ts';

/** The directories of the outputs that a worker holds. */
function outputsOf({ command }: ProcessEntry): string[] {
  const scratch = join(command[command.indexOf('--directory') + 1] ?? '', 'scratch');
  return readdirSync(scratch)
    .map((name) => join(scratch, name))
    .filter((directory) => existsSync(join(directory, 'manifest')));
}

/** A worker of the run that holds an output. */
function holder(run: RunningCommand): ProcessEntry {
  const found = processesOf(run.pid, 'worker').find((worker) => outputsOf(worker).length > 0);
  if (found === undefined) throw new Error('no worker holds anything');
  return found;
}

/** Kills a worker, and takes from its successor what it held. */
function killAndRob(run: RunningCommand): void {
  const worker = holder(run);
  process.kill(worker.pid, 'SIGKILL');
  for (const directory of outputsOf(worker)) rmSync(join(directory, 'manifest'));
}

/** Damages all data that one worker holds, and leaves the indexes whole. */
function damageData(run: RunningCommand): void {
  for (const directory of outputsOf(holder(run))) {
    const data = join(directory, 'data');
    writeFileSync(data, new Uint8Array(statSync(data).size));
  }
}

describe('a program that draws lots', () => {
  const scratch = temporaryDirectory();
  let inputs: string[] = [];

  beforeAll(() => {
    inputs = books(join(scratch, 'books'));
  });

  /** Runs it, strikes once the moment has come, and returns how it ended. */
  async function strike(
    name: string,
    env: Readonly<Record<string, string>>,
    moment: (status: JobStatus) => boolean,
    blow: (run: RunningCommand) => void,
  ) {
    const output = join(scratch, name);
    const run = start(
      [
        ...['run', program('lots.ts'), ...inputs, '-o', output, '--json'],
        ...['--workers', '3', '--reducers', '4', '--split-size', '128Ki'],
      ],
      { env },
    );
    const { last } = jobStatusEvents(run);
    await until(`the moment of ${name}`, 30_000, () => {
      const status = last();
      return status !== undefined && moment(status) ? true : undefined;
    });
    blow(run);
    const { code } = await run.result;
    const status = last();
    if (status === undefined) throw new Error('no status');
    return { code, status, output };
  }

  /** Whether both keys were given the same lots. */
  function isConsistent(output: string): boolean {
    const lots = (key: string) =>
      sortedLines(output)
        .find((line) => line.startsWith(`${key}\t`))
        ?.slice(key.length);
    expect(lots('lot-a')?.length).toBeGreaterThan(1_000);
    return lots('lot-a') === lots('lot-b');
  }

  function successOf(output: string) {
    return JSON.parse(readFileSync(join(output, '_SUCCESS'), 'utf8')) as { deterministic: boolean };
  }

  it('whose maps run again before a part is committed gives an output of one run each', async () => {
    const { code, status, output } = await strike(
      'before-commit',
      { E2E_MAP_MS: '60' },
      ({ maps }) => maps.completed >= 8 && maps.completed < maps.total,
      damageData,
    );
    expect(code).toBe(0);
    expect(isConsistent(output)).toBe(true);
    expect(successOf(output).deterministic).toBe(true);
    await succeed(['verify', output]);
    const [audit] = status.audits?.first ?? [];
    expect(audit?.counts).toBe(true);
    // Compared leaf by leaf: of the four partitions only those of the lots differ.
    expect(audit?.partitions).toBe(2);
  });

  it('whose maps run again once a part is committed fails, and says why', async () => {
    const { code, status, output } = await strike(
      'after-commit',
      { E2E_REDUCE_MS: '15000' },
      ({ reduces }) => reduces.completed >= 1,
      killAndRob,
    );
    expect(code).toBe(1);
    expect(status.error).toMatchObject({ code: 'program' });
    const message = status.error?.cause.message ?? '';
    expect(message).toMatch(/^map \d+ gave other records when it ran again: \S+ after \S+;/);
    expect(message).toContain('nondeterministic: true');
    expect(existsSync(output)).toBe(false);
  });

  it('and says so succeeds, and the output says so too', async () => {
    const { code, status, output } = await strike(
      'declared',
      { E2E_REDUCE_MS: '3000', E2E_DECLARED: 'yes' },
      ({ reduces }) => reduces.completed >= 1,
      killAndRob,
    );
    expect(code).toBe(0);
    expect(status.audits).toBeUndefined();
    expect(successOf(output).deterministic).toBe(false);
    const { stdout } = await succeed(['verify', output]);
    expect(stdout).toContain('the program says that it is not deterministic');
  });
});
