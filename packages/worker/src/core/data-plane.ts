import { verifyOutput, type VerifyPorts } from './held/verify-output.ts';
import type { OutputOnDisk } from './held/held-outputs.ts';
import { CompletionLog } from './shuffle/completion-log.ts';
import { fetchSegments, type FetchOrder, type Shuffled } from './shuffle/fetcher.ts';

/** What a worker must know of the maps' outputs. */
export type OutputLog = Pick<
  CompletionLog,
  'next' | 'available' | 'outputOf' | 'apply' | 'changed'
>;

/** Where the bytes of map outputs pass, and what grows with maps × workers. */
export interface DataPlane {
  newLog(): OutputLog;
  /** Brings a reduce all its segments, verified. */
  shuffle(order: FetchOrder): Promise<Shuffled>;
  /** Throws `FormatError` or `DiskError` where an output is not what it was. */
  verify(ports: VerifyPorts, output: OutputOnDisk, partitions: number): Promise<void>;
}

/** Real bytes. A simulation of thousands of workers has a model of their cost instead. */
export const realDataPlane: DataPlane = {
  newLog: () => new CompletionLog(),
  shuffle: fetchSegments,
  verify: verifyOutput,
};
