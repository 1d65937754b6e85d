import { parseArgs } from 'node:util';

/** What a share ran, as its last lines say it. */
export interface ShareReport {
  readonly planned: number;
  readonly ran: number;
  readonly failed: number;
  /** Measurements, for the ledger. */
  readonly figures: Readonly<Record<string, number>>;
}

/** The flags `--NAME N` of a share, each a whole number with a default. Ends the process on others. */
export function readNumbers<Name extends string>(
  defaults: Readonly<Record<Name, number>>,
): Record<Name, number> {
  const names = Object.keys(defaults) as Name[];
  const numbers: Record<Name, number> = { ...defaults };
  try {
    const options = Object.fromEntries(names.map((name) => [name, { type: 'string' as const }]));
    const { values } = parseArgs({ options });
    for (const name of names) {
      const text = values[name];
      if (text === undefined) continue;
      numbers[name] = Number(text);
      if (!Number.isSafeInteger(numbers[name]) || numbers[name] < 0) {
        throw new Error(`--${name} ${text}: expected a whole number`);
      }
    }
  } catch (error) {
    console.error(`error: ${error instanceof Error ? error.message : String(error)}`);
    process.exit(2);
  }
  return numbers;
}

/** Prints the closing lines, which the suites and the ledger read, and sets the exit code. */
export function report({ planned, ran, failed, figures }: ShareReport): void {
  const tooFew = ran < planned;
  if (tooFew) console.log(`only ${ran} of ${planned} planned were run`);
  console.log(`figures ${JSON.stringify(figures)}`);
  console.log(`${ran - Math.min(ran, failed)} passed, ${failed} failed`);
  if (failed > 0 || tooFew) process.exitCode = 1;
}
