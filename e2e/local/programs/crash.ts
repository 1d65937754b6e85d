import { defineJob, wholeFile, type Emit } from '@mapreduce/sdk';
import { sleep } from './sleep.ts';

/** A third of the calls kill the worker, a third take up to ten seconds. */
function mishap(): void {
  if (process.env['E2E_CRASH'] !== 'yes') return;
  const chance = Math.random();
  if (chance < 1 / 3) {
    process.kill(process.ppid, 'SIGKILL');
    process.kill(process.pid, 'SIGKILL');
  } else if (chance < 2 / 3) {
    sleep(Math.random() * 10_000);
  }
}

export default defineJob({
  reader: wholeFile(),
  map: ({ file, bytes }, emit: Emit<string, string>) => {
    mishap();
    const name = file.split('/').at(-1) ?? file;
    emit('a', name);
    emit('b', `${name.length}`);
    emit('c', `${bytes.length}`);
    emit('d', 'xyzzy');
  },
  reduce: (key, values, emit) => {
    mishap();
    emit(key, [...values].sort().join(' '));
  },
});
