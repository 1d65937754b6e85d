import type { SchedulerCommand, SchedulerEvent, SchedulerState } from '@mapreduce/scheduler';
import type { Clock, Codec, Digest, Disk, Log, Random, Web } from '@mapreduce/service';

/**
 * Told of each step of the scheduler before its commands are carried out. Must change nothing: the
 * simulator holds every step against the rules of leases.
 */
export type StepObserver = (
  event: SchedulerEvent,
  commands: readonly SchedulerCommand[],
  state: SchedulerState,
) => void;

/** What the coordinator needs of the world. */
export interface CoordinatorPorts {
  readonly clock: Clock;
  readonly random: Random;
  readonly disk: Disk;
  readonly web: Web;
  readonly digest: Digest;
  readonly codec: Pick<Codec, 'crc32'>;
  readonly log: Log;
  readonly onStep?: StepObserver;
}
