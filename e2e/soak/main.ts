import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Ledger, revisionOf, type LedgerEntry } from './ledger.ts';
import { shares, type Chunk, type Share } from './shares.ts';

/*
 * npm run soak [-- --share NAME …]
 * The full figures, a chunk at a time. What passed with these very sources is in soak-ledger.jsonl
 * and is not run again.
 */

const root = fileURLToPath(new URL('../..', import.meta.url));

interface Ended {
  readonly status: number | NodeJS.Signals;
  readonly output: string;
}

/** Runs a chunk in a process group of its own, of which nothing outlives it. */
function run({ args, seconds }: Chunk): Promise<Ended> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, {
      cwd: root,
      detached: true,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const end = () => {
      try {
        process.kill(-(child.pid ?? 0), 'SIGKILL');
      } catch {
        // The group has ended.
      }
    };
    const interrupted = () => {
      end();
      process.exit(130);
    };
    process.once('SIGINT', interrupted).once('SIGTERM', interrupted);
    const timer = setTimeout(end, seconds * 1_000);
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      process.stdout.write(text);
    });
    child.once('close', (code, signal) => {
      clearTimeout(timer);
      end();
      process.off('SIGINT', interrupted).off('SIGTERM', interrupted);
      resolve({ status: code ?? signal ?? 1, output });
    });
  });
}

async function runChunk(
  { name }: Share,
  chunk: Chunk,
  place: number,
  revision: string,
): Promise<LedgerEntry> {
  const started = performance.now();
  const { status, output } = await run(chunk);
  const [, passed = '0', failed = '0'] =
    [...output.matchAll(/(\d+) passed, (\d+) failed/g)].at(-1) ?? [];
  const [, figures = '{}'] = [...output.matchAll(/^figures (\{.*\})$/gm)].at(-1) ?? [];
  return {
    ...{ time: new Date().toISOString(), revision, share: name, chunk: place, units: chunk.units },
    ...{ passed: Number(passed), failed: Number(failed), sound: status === 0 },
    seconds: Math.round((performance.now() - started) / 100) / 10,
    figures: JSON.parse(figures) as Record<string, number>,
  };
}

function isDone(entry: LedgerEntry): boolean {
  return entry.sound && entry.failed === 0 && entry.passed > 0;
}

/** The chosen shares. Throws for a name that is none. */
function chosen(): readonly Share[] {
  const { values } = parseArgs({ options: { share: { type: 'string', multiple: true } } });
  if (values.share === undefined) return shares;
  return values.share.map((name) => {
    const found = shares.find((share) => share.name === name);
    if (found !== undefined) return found;
    throw new Error(`there is no share ${name}: there are ${shares.map((s) => s.name).join(', ')}`);
  });
}

async function main(): Promise<number> {
  const wanted = chosen();
  const revision = revisionOf(root);
  const ledger = new Ledger(join(root, 'soak-ledger.jsonl'));
  for (const share of wanted) {
    const before = ledger.read().filter((entry) => entry.revision === revision && isDone(entry));
    const done = new Set(before.filter((one) => one.share === share.name).map((one) => one.chunk));
    for (const [place, chunk] of share.chunks.entries()) {
      if (done.has(place)) continue;
      console.log(`\n${share.name}: chunk ${place + 1} of ${share.chunks.length}`);
      ledger.append(await runChunk(share, chunk, place, revision));
    }
  }
  return summarize(wanted, ledger, revision);
}

/** Prints how much of each share has passed. Returns the exit code. */
function summarize(wanted: readonly Share[], ledger: Ledger, revision: string): number {
  const entries = ledger.read().filter((entry) => entry.revision === revision && isDone(entry));
  let missing = 0;
  console.log(`\nsources ${revision}`);
  for (const { name, unit, chunks } of wanted) {
    const own = new Map(entries.filter(({ share }) => share === name).map((e) => [e.chunk, e]));
    const passed = [...own.values()].reduce((sum, { units }) => sum + units, 0);
    const planned = chunks.reduce((sum, { units }) => sum + units, 0);
    missing += chunks.length - own.size;
    const largest = new Map<string, number>();
    for (const { figures } of own.values()) {
      for (const [figure, value] of Object.entries(figures)) {
        largest.set(figure, Math.max(value, largest.get(figure) ?? value));
      }
    }
    const figures = [...largest].map(([figure, value]) => `${figure} ${value}`).join(', ');
    console.log(`${name.padEnd(12)}${passed} of ${planned} ${unit} passed  ${figures}`);
  }
  return missing === 0 ? 0 : 1;
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(`error: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 2;
}
