import { appendFileSync } from 'node:fs';

/** Notes a figure that the run prints at its end. */
export function record(what: string, value: number, unit: string): void {
  const file = process.env['MAPREDUCE_E2E_FIGURES'];
  const rounded = value < 100 ? value.toFixed(2) : value.toFixed(0);
  if (file !== undefined) appendFileSync(file, `${what}: ${rounded} ${unit}\n`);
}
