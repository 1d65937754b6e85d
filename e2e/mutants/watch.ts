import { writeSync } from 'node:fs';

/*
 * Loaded before a detector: ends it when it has used up its processor time, and writes to descriptor 3
 * how much it took, in seconds.
 */

const mostSeconds = Number(process.env['MUTANTS_MOST_SECONDS']);
const meter = 3;

function seconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000_000;
}

setInterval(() => {
  if (seconds() > mostSeconds) process.exit(1);
}, 100).unref();
process.on('exit', () => writeSync(meter, seconds().toFixed(1)));
