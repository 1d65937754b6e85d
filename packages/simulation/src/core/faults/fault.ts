import type { SeededRandom } from '@mapreduce/service/virtual';
import type { Cluster } from '../cluster.ts';
import { blackout } from './blackout.ts';
import { clockJump } from './clock-jump.ts';
import { connectionCut } from './connection-cut.ts';
import { coordinatorCrash } from './coordinator-crash.ts';
import { coordinatorDuplicate } from './coordinator-duplicate.ts';
import { coordinatorPause } from './coordinator-pause.ts';
import { diskFlip } from './disk-flip.ts';
import { diskFull } from './disk-full.ts';
import type { ClusterShape, FaultType } from './fault-type.ts';
import { machineDrain } from './machine-drain.ts';
import { machineLoss } from './machine-loss.ts';
import { networkDelay } from './network-delay.ts';
import { networkDuplication } from './network-duplication.ts';
import { networkLoss } from './network-loss.ts';
import { networkPartition } from './network-partition.ts';
import { networkReordering } from './network-reordering.ts';
import { powerLoss } from './power-loss.ts';
import { scaleDown } from './scale-down.ts';
import { tornWrite } from './torn-write.ts';
import { workerCrash } from './worker-crash.ts';
import { workerDrain } from './worker-drain.ts';
import { workerPause } from './worker-pause.ts';
import { workerRestart } from './worker-restart.ts';

/** Every kind. A run in which one of them never struck has not tested what it says it has. */
const types = {
  workerCrash,
  workerRestart,
  workerPause,
  workerDrain,
  scaleDown,
  machineDrain,
  machineLoss,
  coordinatorCrash,
  coordinatorPause,
  coordinatorDuplicate,
  blackout,
  networkPartition,
  networkDelay,
  networkReordering,
  networkLoss,
  networkDuplication,
  connectionCut,
  powerLoss,
  tornWrite,
  diskFull,
  diskFlip,
  clockJump,
};

type Types = typeof types;
export type FaultKind = keyof Types;
export type Fault = { [K in FaultKind]: Parameters<Types[K]['strike']>[0] }[FaultKind];

export const faultKinds = Object.keys(types) as FaultKind[];

/** Faults of one run, at most. */
const most = 20;

function typeOf(kind: FaultKind): FaultType<Fault> {
  return types[kind] as unknown as FaultType<Fault>;
}

/** Draws the faults of one run: 1 to 20, most of them while the job is likely to run. */
export function drawFaults(
  random: SeededRandom,
  shape: ClusterShape & { readonly expectedMs: number; readonly kinds: readonly FaultKind[] },
): Fault[] {
  const count = random.chance(0.6) ? random.integer(1, 4) : random.integer(5, most);
  const faults = Array.from({ length: count }, () => {
    const kind = random.pick(shape.kinds);
    const span = shape.expectedMs * random.pick([0.5, 1, 3, 20]);
    const at = Math.round(random.float() * span * 1_000) / 1_000;
    return { kind, at, ...typeOf(kind).draw(random, shape) } as unknown as Fault;
  });
  const whole = faults.map((fault) => typeOf(fault.kind).drawMore?.(random, fault) ?? fault);
  return whole.sort((a, b) => a.at - b.at);
}

/** Lets a fault strike; `fired` is called once it has changed what happens. */
export function strike(fault: Fault, cluster: Cluster, fired: () => void): void {
  typeOf(fault.kind).strike(fault, cluster, fired);
}

/** When the fault is healed, in virtual milliseconds from the start of the job. */
export function healedAt(fault: Fault): number {
  return fault.at + typeOf(fault.kind).lastsMs(fault);
}
