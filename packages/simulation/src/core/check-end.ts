import type { CommitWatch } from './checks/commit-watch.ts';
import { outputDirectory, type Scenario } from './scenario.ts';
import { mustFail } from './workload/oracle.ts';
import type { World } from './world/world.ts';

/** What the program that draws lots may fail with: a map gave one thing and then another. */
const otherRecords = /^failed: .*gave (?:other|different) records/s;

/** What is wrong with how the job ended, and with what one that did not succeed has left. */
export async function endFaults(
  world: World,
  scenario: Scenario,
  outcome: string,
  commits: Pick<CommitWatch, 'wasCommitted'>,
): Promise<string[]> {
  if (!mayEnd(scenario).some((end) => end.test(outcome))) return [`the job ended: ${outcome}`];
  if (otherRecords.test(outcome)) {
    // Only what is committed cannot be made again: until then, reduces begin anew.
    const parts = outcome.match(/\bpart-\d{5}\b/g) ?? [];
    if (parts.length === 0) return [`the job ended, and names no part: ${outcome}`];
    const early = parts.find((part) => !commits.wasCommitted(part));
    if (early !== undefined) return [`the job ended for ${early}, not committed yet: ${outcome}`];
  }
  if (outcome === 'succeeded') return [];
  const left = await world.disk.async.list(outputDirectory).catch(() => []);
  return left
    .filter((name: string) => name === '_SUCCESS' || name.startsWith('part-'))
    .map((name: string) => `the job ended: ${outcome}, and left ${name}`);
}

/** How the job may end: state, and cause if there is one. */
function mayEnd({ cancelAt, inputs, program, settings }: Scenario): RegExp[] {
  const isDoomed = mustFail(program, inputs, settings.skipBadRecords);
  // A full disk may use up the last attempt.
  const ends = [isDoomed ? /^failed: .*(?:a bad (?:record|key)|ENOSPC)/s : /^succeeded$/];
  if (program === 'lots') ends.push(otherRecords);
  if (cancelAt !== undefined) ends.push(/^cancelled: enough$/);
  return ends;
}
