import type { CoordinatorTalk, Observed } from '../observed.ts';

/** After so long without an answer, what a coordinator might have said is decided without it. */
export const answerMs = 30_000;

/**
 * Since when the coordinator has given no answer. Now, where it gives one, and where nobody has asked
 * it yet: an operator that has just started knows nothing of what earlier ones have heard.
 */
export function silentSince({ now, talk }: Observed): number {
  return talk.silentSince ?? now;
}

/** Why the coordinator gives no answer, as the end of a sentence. */
export function silenceOf({ silence }: CoordinatorTalk): string {
  return silence === undefined ? '' : `: ${silence}`;
}
