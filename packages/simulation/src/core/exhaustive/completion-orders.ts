import { parseAttemptId, type AttemptId, type Task, type TaskKind } from '@mapreduce/protocol';
import { simulate } from '../simulate.ts';
import type { Computing } from '../world/world.ts';
import type { Exhausted } from './exhausted.ts';
import { smallJob } from './small-job.ts';

/** Completions of the job: its description, three maps, two reduces. */
const completions = 6;
const workers = 3;

/**
 * Every order in which three maps and two reduces may complete × each of three workers lost for
 * good, or replaced, before the first completion or after any of them.
 */
export async function completeInEachOrder(computing: Computing): Promise<Exhausted> {
  const problems: string[] = [];
  let runs = 0;
  for (const maps of permutations([0, 1, 2])) {
    for (const reduces of permutations([0, 1])) {
      for (let lost = 0; lost < workers; lost += 1) {
        for (let after = 0; after <= completions; after += 1) {
          for (const downMs of [undefined, 30]) {
            const found = await run({ maps, reduces, lost, after, downMs }, computing);
            problems.push(...found);
            runs += 1;
          }
        }
      }
    }
  }
  return { runs, problems };
}

interface Case {
  /** When each map, and each reduce, completes among its like. */
  readonly maps: readonly number[];
  readonly reduces: readonly number[];
  /** The worker that is lost after so many completions. */
  readonly lost: number;
  readonly after: number;
  readonly downMs: number | undefined;
}

async function run(one: Case, computing: Computing): Promise<string[]> {
  const { maps, reduces, lost, after, downMs } = one;
  const rank = (task: Task) => {
    if (task.kind === 'map') return maps[task.split.index] ?? 0;
    return task.kind === 'reduce' ? (reduces[task.partition] ?? 0) : 0;
  };
  const completed: string[] = [];
  const result = await simulate(
    1,
    computing,
    smallJob({ workers, busyMs: (task) => 20 * (1 + rank(task)) }),
    ({ coordinator, workers: hosts, world }) => {
      const lose = () => void hosts[lost]?.crash({ downMs, keepsDisk: false });
      coordinator.onAccepted = (attempt) => {
        completed.push(attempt);
        if (completed.length === after) lose();
      };
      if (after === 0) world.clock.after(1, lose);
    },
  );
  const problems = [...result.problems];
  const intended = ['describe 0', ...inOrder('map', maps), ...inOrder('reduce', reduces)];
  const came = completed.slice(0, after).map(taskOf);
  // After the loss tasks run again, and the order is what it turns out to be.
  if (came.join() !== intended.slice(0, after).join()) {
    problems.push(`completed in another order than was meant: ${came.join(', ')}`);
  }
  return problems.map((problem) => `${JSON.stringify(one)}: ${problem}`);
}

/** The tasks of a kind in the order in which they are to complete. */
function inOrder(kind: TaskKind, ranks: readonly number[]): string[] {
  return ranks.map((_, rank) => `${kind} ${ranks.indexOf(rank)}`);
}

function taskOf(attempt: AttemptId): string {
  const { kind, index } = parseAttemptId(attempt);
  return `${kind} ${index}`;
}

function permutations(items: readonly number[]): number[][] {
  if (items.length === 0) return [[]];
  return items.flatMap((item) =>
    permutations(items.filter((other) => other !== item)).map((rest) => [item, ...rest]),
  );
}
