import { defineJob, type Emit } from '@mapreduce/sdk';
import { sleep } from './sleep.ts';

const mapMs = Number(process.env['E2E_MAP_MS'] ?? 0);
const reduceMs = Number(process.env['E2E_REDUCE_MS'] ?? 0);
let mapped = 0;

/**
 * Draws a lot for some lines and gives it to two keys of different partitions: an output of one run of
 * each map has the same lots in both. Everything else depends on the input alone.
 */
export default defineJob({
  nondeterministic: process.env['E2E_DECLARED'] === 'yes',
  map: (line, emit: Emit<string, string>, { offset }) => {
    mapped += 1;
    if (mapped % 500 === 0) sleep(mapMs);
    emit(`word ${line.split(' ')[0] ?? ''}`, '');
    if (offset % 50 !== 0) return;
    const lot = Math.random().toString(36);
    emit('lot-a', lot);
    emit('lot-b', lot);
  },
  reduce: (key, values, emit) => {
    if (key.startsWith('word')) emit(key, [...values].length);
    else {
      sleep(reduceMs);
      emit(key, [...values].join(' '));
    }
  },
});
