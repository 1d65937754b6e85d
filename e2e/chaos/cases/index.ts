import type { Case } from './case.ts';
import { clockCases } from './clocks.ts';
import { coordinatorCases } from './coordinators.ts';
import { diskCases } from './disks.ts';
import { failpointCases } from './failpoints.ts';
import { networkCases } from './network.ts';
import { secondCoordinatorCases } from './second-coordinator.ts';
import { slowLinkCases } from './slow-links.ts';
import { workerCases } from './workers.ts';

/** Every fixed case; those first that wait longest, those last for which something is built. */
export const cases: readonly Case[] = [
  ...workerCases,
  ...networkCases,
  ...coordinatorCases,
  ...secondCoordinatorCases,
  ...diskCases,
  ...clockCases,
  ...failpointCases,
  ...slowLinkCases,
];

/** Throws where there is none of that name. */
export function caseNamed(name: string): Case {
  const found = cases.find((one) => one.name === name);
  if (found === undefined) throw new Error(`there is no case ${name}`);
  return found;
}
