import type { Clock, Codec, Digest, Disk, Log, Random, Web } from '@mapreduce/service';

/** What the coordinator needs of the world. */
export interface CoordinatorPorts {
  readonly clock: Clock;
  readonly random: Random;
  readonly disk: Disk;
  readonly web: Web;
  readonly digest: Digest;
  readonly codec: Pick<Codec, 'crc32'>;
  readonly log: Log;
}
