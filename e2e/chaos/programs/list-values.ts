import { appendFileSync } from 'node:fs';
import type { Job } from '@mapreduce/sdk';

const mapMs = Number(process.env['CHAOS_MAP_MS'] ?? 0);
const reduceMs = Number(process.env['CHAOS_REDUCE_MS'] ?? 0);
const traceFile = process.env['CHAOS_TRACE'];
const bell = new Int32Array(new SharedArrayBuffer(4));

/** Waits, and computes nothing: many workers share few cores. */
function wait(ms: number): void {
  if (ms > 0) Atomics.wait(bell, 0, 0, ms);
}

/** Leaves word that a record or key was worked at, whoever does it and however it ends. */
function trace(what: string): void {
  if (traceFile !== undefined) appendFileSync(traceFile, `${what}\n`);
}

/**
 * Lists the values of each key in input order: whatever is lost, doubled or swapped shows. It imports
 * nothing but Node's own, so that its source without the types is the module that workers load.
 */
export default {
  map: (line, emit) => {
    wait(mapMs);
    const space = line.indexOf(' ');
    trace(line.slice(0, space + 7));
    emit(line.slice(0, space), line.slice(space + 1));
  },
  reduce: (key, values, emit) => {
    wait(reduceMs);
    trace(key);
    emit(key, [...values].join(' '));
  },
} satisfies Job<string, string, string, string, string>;
