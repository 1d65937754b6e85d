import type { SeededRandom } from '@mapreduce/service/virtual';
import type { Cluster } from '../cluster.ts';
import { drawDuration, type ClusterShape } from './fault-type.ts';

/** A host that a fault strikes: a worker's by its index, or the coordinator's. */
export type Victim = number | 'coordinator';

export function drawVictim(
  random: SeededRandom,
  { disturbed, sparesCoordinator }: ClusterShape,
): Victim {
  return !sparesCoordinator && random.chance(0.3) ? 'coordinator' : random.pick(disturbed);
}

export function hostName(victim: Victim): string {
  return victim === 'coordinator' ? 'coordinator' : `worker-${victim}`;
}

/** Ends what runs on the host, which comes back with its disk; false where nothing ran. */
export function crashHost(cluster: Cluster, victim: Victim, downMs: number): boolean {
  if (victim === 'coordinator') return cluster.coordinator.crash({ downMs, keepsState: true });
  return cluster.workers[victim]?.crash({ downMs, keepsDisk: true }) === true;
}

/** The links that a disturbance is on: all between two groups of hosts, in one direction or both. */
export interface Links {
  /** Names of hosts on one side; everybody else is on the other. */
  readonly hosts: readonly string[];
  readonly direction: 'both' | 'to' | 'from';
  readonly ms: number;
}

export function drawLinks(random: SeededRandom, shape: ClusterShape): Links {
  const hosts = shape.disturbed.map(hostName).filter(() => random.chance(0.4));
  const withCoordinator = hosts.length === 0 || random.chance(0.2);
  if (withCoordinator && !shape.sparesCoordinator) hosts.push('coordinator');
  const direction = random.pick(['both', 'both', 'to', 'from'] as const);
  return { hosts, direction, ms: drawDuration(random) };
}

/** Whether a message from one host to another goes over one of the links. */
export function crosses({ hosts, direction }: Links, from: string, to: string): boolean {
  const isFrom = hosts.includes(from);
  const isTo = hosts.includes(to);
  if (isFrom === isTo) return false;
  return direction === 'both' || (direction === 'from') === isFrom;
}
