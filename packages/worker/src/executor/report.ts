import { writeSync } from 'node:fs';
import type { ExecutorReport } from '@mapreduce/protocol';

/** Where reports go; standard output is the program's to write to. */
const descriptor = 3;

/**
 * Writes a report, synchronously: it gets out though user code never gives the thread back. Where
 * the supervisor is gone, the executor ends: nobody waits for what it does.
 */
export function writeReport(report: ExecutorReport): void {
  const line = Buffer.from(`${JSON.stringify(report)}\n`);
  let written = 0;
  while (written < line.length) {
    try {
      written += writeSync(descriptor, line, written);
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EAGAIN')) process.exit(0);
      // The pipe is full.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
    }
  }
}
