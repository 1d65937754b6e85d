import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Ledger } from '../soak/ledger.ts';
import type { NamedBug } from './bug.ts';
import { allBugs } from './bugs.ts';
import { judge, type Judgement } from './judge.ts';
import { revisionOf, TreeCopy } from './tree-copy.ts';

/*
 * npm run mutants [-- --only NAME …]
 * Plants every bug of bugs/ in a copy of the tree, one at a time, and prints what caught it. What was
 * judged with these very sources is in mutants-ledger.jsonl and is not run again, unless it is named.
 */

const root = fileURLToPath(new URL('../..', import.meta.url));

interface Entry extends Judgement {
  readonly time: string;
  /** Of the sources, and of the bug itself. */
  readonly revision: string;
  readonly bug: string;
}

/** The chosen bugs. Throws for a name that is none. */
function chosen(bugs: readonly NamedBug[], names: readonly string[] | undefined): NamedBug[] {
  if (names === undefined) return [...bugs];
  return names.map((name) => {
    const found = bugs.find((bug) => bug.name === name);
    if (found !== undefined) return found;
    throw new Error(`there is no bug ${name}: there are ${bugs.map((b) => b.name).join(', ')}`);
  });
}

/** Judges them in as many copies as there are cores. */
async function judgeAll(
  bugs: readonly NamedBug[],
  onJudged: (bug: NamedBug, judgement: Judgement) => void,
): Promise<void> {
  if (bugs.length === 0) return;
  const directory = mkdtempSync(join(tmpdir(), 'mapreduce-mutants-'));
  const remove = () => rmSync(directory, { recursive: true, force: true });
  const interrupted = () => process.exit(130);
  process.once('exit', remove).once('SIGINT', interrupted).once('SIGTERM', interrupted);
  const queue = bugs.values();
  const work = async (_: unknown, place: number) => {
    const copy = new TreeCopy(root, join(directory, `${place}`));
    for (const bug of queue) {
      try {
        onJudged(bug, await judge(bug, copy));
      } catch (error) {
        const problem = error instanceof Error ? error.message : String(error);
        onJudged(bug, { verdict: 'broken', by: 'nothing', problem, seconds: 0 });
      }
    }
  };
  const copies = Math.min(bugs.length, availableParallelism());
  await Promise.all(Array.from({ length: copies }, work));
}

function print(name: string, { verdict, by, problem, seconds }: Judgement): void {
  console.log(`${verdict.padEnd(9)}${name}  ${seconds.toFixed(1)} s  ${by}`);
  if (problem !== '') console.log(`         ${problem}`);
}

async function main(): Promise<number> {
  const { values } = parseArgs({ options: { only: { type: 'string', multiple: true } } });
  const bugs = chosen(await allBugs(), values.only);
  const sources = revisionOf(root);
  const revision = (bug: NamedBug) =>
    createHash('sha256')
      .update(`${sources} ${JSON.stringify(bug)}`)
      .digest('hex')
      .slice(0, 12);
  const ledger = new Ledger<Entry>(join(root, 'mutants-ledger.jsonl'));
  const judged = new Map<string, Judgement>();
  if (values.only === undefined) {
    const known = new Map(ledger.read().map((entry) => [entry.revision, entry]));
    for (const bug of bugs) {
      const entry = known.get(revision(bug));
      if (entry === undefined || entry.verdict === 'broken') continue;
      judged.set(bug.name, entry);
      print(bug.name, entry);
    }
  }
  await judgeAll(
    bugs.filter(({ name }) => !judged.has(name)),
    (bug, judgement) => {
      const entry = { time: new Date().toISOString(), revision: revision(bug), bug: bug.name };
      ledger.append({ ...entry, ...judgement });
      judged.set(bug.name, judgement);
      print(bug.name, judgement);
    },
  );
  return summarize(bugs, judged);
}

/** Returns the exit code. */
function summarize(bugs: readonly NamedBug[], judged: ReadonlyMap<string, Judgement>): number {
  const named = (verdict: Judgement['verdict']) =>
    bugs.map(({ name }) => name).filter((name) => judged.get(name)?.verdict === verdict);
  const [survived, broken] = [named('survived'), named('broken')];
  if (survived.length > 0) console.log(`nothing caught: ${survived.join(', ')}`);
  if (broken.length > 0) console.log(`nothing can be said of: ${broken.join(', ')}`);
  const failed = survived.length + broken.length;
  console.log(`${bugs.length - failed} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(`error: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 2;
}
