import { defineJob, wholeFile, type Emit } from '@mapreduce/sdk';
import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sleep } from './sleep.ts';

/** Each call of map leaves a file behind. */
export default defineJob({
  reader: wholeFile(),
  sideEffects: true,
  map: (_file, emit: Emit<string, number>) => {
    writeFileSync(join(process.env['E2E_DIRECTORY'] ?? '', `call-${randomUUID()}`), '');
    sleep(Math.random() * 300);
    emit('calls', 1);
  },
  reduce: (key, calls, emit) => {
    emit(key, [...calls].length);
  },
});
