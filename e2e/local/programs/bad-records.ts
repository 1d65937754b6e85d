import { appendFileSync } from 'node:fs';
import { defineJob, sum, words } from '@mapreduce/sdk';
import { sleep } from './sleep.ts';

const log = process.env['E2E_BAD'] ?? '/dev/null';
const badMs = Number(process.env['E2E_BAD_MS'] ?? 0);

/**
 * Word count that throws on lines with a poison in them, when it has emitted half of their words.
 * Which worker threw where is left in a file, before anybody can hear of it.
 */
export default defineJob({
  map: (line, emit, context) => {
    for (const word of words(line)) {
      if (word === 'poison') {
        appendFileSync(log, `${process.ppid} ${context.file} ${context.offset}\n`);
        sleep(badMs);
        throw new RangeError(`no antidote for ${line}`);
      }
      context.count('words');
      emit(word, 1);
    }
  },
  combine: (_word, counts) => sum(counts),
  reduce: (word, counts, emit) => emit(word, sum(counts)),
});
