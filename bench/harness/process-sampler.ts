import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { processes, processStatus, proportionalSetSize, wasStartedWith } from './proc.ts';

const INTERVAL_MS = 50;
const MARK = 'MAPREDUCE_BENCH_RUN';

/**
 * Watches all processes of a run, whoever their parents are by now: each inherits a mark in its
 * environment. What a parent has waited for would not do: a killed parent waits for nothing.
 */
export class ProcessSampler {
  readonly environment: Readonly<Record<string, string>>;
  readonly #variable: string;
  readonly #withMemory: boolean;
  /** CPU seconds at the last look, by process; those that have ended stay. */
  readonly #cpuSeconds = new Map<number, number>();
  readonly #foreign = new Set<number>();
  readonly #timer: NodeJS.Timeout;
  #peakBytes = 0;

  /** Memory takes time to look up, and disturbs who owns it. */
  constructor({ withMemory }: { readonly withMemory: boolean }) {
    const run = randomUUID();
    this.environment = { [MARK]: run };
    this.#variable = `${MARK}=${run}`;
    this.#withMemory = withMemory;
    this.#timer = setInterval(() => void this.#sample(), INTERVAL_MS);
  }

  /** Ends the sampling, and what still runs. */
  async stop(): Promise<{ readonly cpuSeconds: number; readonly peakBytes: number | undefined }> {
    clearInterval(this.#timer);
    this.#sample();
    this.kill();
    while (this.#sample() > 0) await sleep(5);
    return {
      cpuSeconds: [...this.#cpuSeconds.values()].reduce((sum, seconds) => sum + seconds, 0),
      peakBytes: this.#withMemory ? this.#peakBytes : undefined,
    };
  }

  /** Sends SIGKILL to all that run. */
  kill(): void {
    this.#sample();
    for (const pid of this.#running()) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It has ended meanwhile.
      }
    }
  }

  /** Returns how many run. */
  #sample(): number {
    let running = 0;
    let bytes = 0;
    for (const pid of this.#running()) {
      running += 1;
      const status = processStatus(pid);
      if (status !== undefined) this.#cpuSeconds.set(pid, status.cpuSeconds);
      if (this.#withMemory) bytes += proportionalSetSize(pid);
    }
    this.#peakBytes = Math.max(this.#peakBytes, bytes);
    return running;
  }

  #running(): number[] {
    return processes().filter((pid) => {
      if (this.#foreign.has(pid)) return false;
      const ours = wasStartedWith(pid, this.#variable);
      if (ours === false) this.#foreign.add(pid);
      return ours === true;
    });
  }
}
