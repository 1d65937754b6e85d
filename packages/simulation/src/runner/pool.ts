import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { SeedOutcome } from '../core/summary.ts';

/** Seeds that a process is told of at once. */
const batch = 20;
/** A seed that takes longer hangs: its process is killed. */
const hangMs = 120_000;
/** Processes in a row that ended at their first seed: then none will do better. */
const mostDeaths = 3;

export interface PoolRun {
  readonly first: number;
  readonly seeds: number;
  readonly workers: number;
  readonly onOutcome: (outcome: SeedOutcome) => void;
}

/** Runs seeds in processes of their own. A process that ends, or hangs, has failed its seed. */
export async function runPool({ first, seeds, workers, onOutcome }: PoolRun): Promise<void> {
  let next = first;
  const take = () => {
    const taken = { first: next, count: Math.min(batch, first + seeds - next) };
    next += taken.count;
    return taken.count > 0 ? taken : undefined;
  };
  const count = Math.min(workers, Math.ceil(seeds / batch));
  await Promise.all(Array.from({ length: count }, () => runBatches(take, onOutcome)));
}

type Batch = { readonly first: number; readonly count: number };

async function runBatches(
  take: () => Batch | undefined,
  onOutcome: (outcome: SeedOutcome) => void,
): Promise<void> {
  let child = start();
  let deaths = 0;
  for (let rest = take(); rest !== undefined;) {
    const done = await runBatch(child, rest, onOutcome);
    deaths = done === 0 ? deaths + 1 : 0;
    if (deaths === mostDeaths) return;
    if (done < rest.count) {
      child = start();
      const left: Batch = { first: rest.first + done + 1, count: rest.count - done - 1 };
      rest = left.count > 0 ? left : take();
    } else rest = take();
  }
  child.disconnect();
}

function start(): ChildProcess {
  return fork(fileURLToPath(new URL('child.ts', import.meta.url)));
}

/** Returns how many seeds it went through; the one after those broke or hung, where there is one. */
function runBatch(
  child: ChildProcess,
  { first, count }: Batch,
  onOutcome: (outcome: SeedOutcome) => void,
): Promise<number> {
  return new Promise((resolve) => {
    let done = 0;
    let why = 'its process ended';
    const hang = () => {
      why = `it did not end within ${hangMs / 1_000} s`;
      child.kill('SIGKILL');
    };
    let timer = setTimeout(hang, hangMs);
    const settle = () => {
      clearTimeout(timer);
      child.off('message', onMessage);
      child.off('exit', onExit);
      resolve(done);
    };
    const onMessage = (outcome: SeedOutcome) => {
      done += 1;
      onOutcome(outcome);
      clearTimeout(timer);
      if (done === count) settle();
      else timer = setTimeout(hang, hangMs);
    };
    const onExit = (code: number | null, signal: string | null) => {
      const seed = first + done;
      const problem = `${why} (${signal ?? `exit code ${code ?? '?'}`})`;
      const nothing = { fired: [], events: 0, ms: 0, afterHealMs: 0, mostLeases: 0 };
      onOutcome({ seed, problems: [problem], ...nothing });
      settle();
    };
    child.on('message', onMessage);
    child.on('exit', onExit);
    child.send({ first, count });
  });
}
