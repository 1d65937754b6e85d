import type { NamedBug, NamedTest } from './bug.ts';
import { mostSeeds, runSeeds, runTest } from './detectors.ts';
import type { TreeCopy } from './tree-copy.ts';

/** What became of a bug. `broken`: nothing can be said, since its detector fails without it too. */
export interface Judgement {
  readonly verdict: 'caught' | 'survived' | 'broken';
  /** The seed or the test. */
  readonly by: string;
  /** The first lines of what was found wrong. */
  readonly problem: string;
  /** Of processor time, with the bug in. */
  readonly seconds: number;
}

/** Plants the bug in the copy, and looks whether it is caught, and only with the bug. */
export function judge(bug: NamedBug, copy: TreeCopy): Promise<Judgement> {
  return bug.caughtBy === 'simulator' ? bySeeds(bug, copy) : byTest(bug, bug.caughtBy, copy);
}

async function bySeeds(bug: NamedBug, copy: TreeCopy): Promise<Judgement> {
  const wanted = { first: 1, seeds: mostSeeds };
  const found = await copy.with(bug, () => runSeeds(copy.root, wanted));
  const { problem, seed, seconds } = found;
  if (problem === undefined || seed === undefined) {
    return { verdict: 'survived', by: `${found.ran} seeds`, problem: '', seconds };
  }
  const by = `seed ${seed}`;
  const without = await runSeeds(copy.root, { first: seed, seeds: 1 });
  if (without.problem !== undefined) {
    return { verdict: 'broken', by, problem: brief(without.problem), seconds };
  }
  return { verdict: 'caught', by, problem: brief(problem), seconds };
}

async function byTest(bug: NamedBug, test: NamedTest, copy: TreeCopy): Promise<Judgement> {
  const by = `${test.file}: ${test.name}`;
  const { problem, seconds } = await copy.with(bug, () => runTest(copy.root, test));
  if (problem === undefined) return { verdict: 'survived', by, problem: '', seconds };
  const without = await runTest(copy.root, test);
  if (without.problem !== undefined) {
    return { verdict: 'broken', by, problem: brief(without.problem), seconds };
  }
  return { verdict: 'caught', by, problem: brief(problem), seconds };
}

function brief(problem: string): string {
  return problem
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('at '))
    .slice(0, 3)
    .join(' | ')
    .slice(0, 300);
}
