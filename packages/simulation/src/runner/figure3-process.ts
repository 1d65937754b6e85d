import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Figure3Result } from '../figure3/run.ts';
import type { Figure3Scenario } from '../figure3/scenario.ts';

/** A run, and what it cost. */
export interface Figure3Run {
  readonly result: Figure3Result;
  readonly cpuSeconds: number;
  readonly peakMegabytes: number;
}

/** Runs it in a process of its own, whose memory goes with it. Rejects where that ends without a result. */
export function runInProcess(scenario: Figure3Scenario): Promise<Figure3Run> {
  const child = fork(fileURLToPath(new URL('figure3-child.ts', import.meta.url)));
  return new Promise((resolve, reject) => {
    child.once('message', (run: Figure3Run) => resolve(run));
    child.once('exit', (code, signal) => {
      reject(new Error(`a run's process ended (${signal ?? `exit code ${code ?? '?'}`})`));
    });
    child.send(scenario);
  });
}
