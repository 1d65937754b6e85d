import { outputDirectory, type Scenario } from './scenario.ts';
import { mustFail } from './workload/oracle.ts';
import type { World } from './world/world.ts';

/** What is wrong with how the job ended, and with what one that did not succeed has left. */
export async function endFaults(
  world: World,
  scenario: Scenario,
  outcome: string,
): Promise<string[]> {
  if (!mayEnd(scenario).some((end) => end.test(outcome))) return [`the job ended: ${outcome}`];
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
  if (program === 'lots') ends.push(/^failed: .*gave (?:other|different) records/s);
  if (cancelAt !== undefined) ends.push(/^cancelled: enough$/);
  return ends;
}
