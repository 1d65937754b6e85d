import type { Figure3Result } from './run.ts';
import type { Figure3Scenario } from './scenario.ts';

/** One run of the figure, and what the paper says of its like. */
export interface Figure3Case {
  readonly name: string;
  readonly scenario: Figure3Scenario;
  /** Seconds, where the paper gives them. */
  readonly paperSeconds: number | undefined;
  /** It may take so much longer than the undisturbed run, as a share; undefined: no bar. */
  readonly bar: number | undefined;
}

/** Of 1,746 workers the paper kills 200, several minutes in; they start again at once. */
const killedShare = 200 / 1_746;
const killedAtMs = 300_000;
const downMs = 1_000;
const slower = 10;
const bar = 0.05;

/** The undisturbed run first: it is what the others are compared with. */
export function figure3Cases(base: Figure3Scenario): readonly Figure3Case[] {
  const workers = Math.round(base.workers * killedShare);
  const killed = (down: number | undefined): Figure3Scenario => ({
    ...base,
    disturbance: { kind: 'killed', workers, atMs: killedAtMs, downMs: down },
  });
  const straggler = { ...base, disturbance: { kind: 'straggler', times: slower } as const };
  return [
    { name: 'undisturbed', scenario: base, paperSeconds: 891, bar: undefined },
    {
      name: `${workers} killed at 300 s, restarted with their disks`,
      ...{ scenario: killed(downMs), paperSeconds: 933, bar },
    },
    {
      name: `${workers} killed at 300 s, disks lost, no restart`,
      ...{ scenario: killed(undefined), paperSeconds: undefined, bar: undefined },
    },
    {
      name: `a straggler ${slower} times slower`,
      ...{ scenario: straggler, paperSeconds: undefined, bar },
    },
    {
      name: 'the straggler, without backup tasks',
      ...{ scenario: { ...straggler, backupTasks: false }, paperSeconds: 1_283, bar: undefined },
    },
  ];
}

/** How much longer than `undisturbed` a run took, as a share. */
export function delayOf(result: Figure3Result, undisturbed: Figure3Result): number {
  return result.elapsedMs / undisturbed.elapsedMs - 1;
}

/** What is wrong with a case's run; undefined where nothing is. */
export function fault(
  { name, bar: most }: Figure3Case,
  result: Figure3Result,
  undisturbed: Figure3Result,
): string | undefined {
  if (result.outcome !== 'succeeded') return `${name}: ${result.outcome}`;
  const delay = delayOf(result, undisturbed);
  if (most === undefined || delay <= most) return undefined;
  return `${name}: ${percent(delay)} longer than undisturbed, at most ${percent(most)} are allowed`;
}

export function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
