import { coordinatorKilled } from './coordinator-killed.ts';
import type { Figure } from './figure.ts';
import { disksLost, straggler, workersKilled } from './figure-3.ts';

/** Everything that is measured. */
export const figures: readonly Figure[] = [workersKilled, disksLost, straggler, coordinatorKilled];

/** Throws where there is none of that name. */
export function figureNamed(name: string): Figure {
  const found = figures.find((one) => one.name === name);
  if (found === undefined) throw new Error(`there is no figure ${name}`);
  return found;
}
