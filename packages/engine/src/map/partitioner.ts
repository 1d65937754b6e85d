import type { JobSettings, Plan } from '@mapreduce/protocol';
import type { RangePartition } from '@mapreduce/sdk';
import { fromBase64 } from '../codec/base64.ts';
import { compareBytes } from '../codec/compare.ts';
import type { KeyCodec } from '../codec/keys.ts';
import { hashPartition } from '../codec/partition.ts';
import { type AnyJob, ProgramError } from '../tasks.ts';
import type { EmissionGate } from './emission-gate.ts';

/** Says which partition takes the encoded key `bytes[start, end)`. */
export interface Partitioner {
  of(bytes: Uint8Array, start: number, end: number): number;
}

/** The same, which emits nothing and after an error lets nobody emit any more. */
export function guarded(partitioner: Partitioner, gate: EmissionGate): Partitioner {
  return {
    of(bytes, start, end) {
      gate.enter('by partition');
      try {
        const partition = partitioner.of(bytes, start, end);
        gate.leave();
        return partition;
      } catch (error) {
        gate.fail(error);
        throw error;
      }
    },
  };
}

export function partitionerOf(
  job: AnyJob,
  keys: KeyCodec,
  settings: JobSettings,
  plan: Plan,
): Partitioner {
  const { reducers } = settings;
  const { partition } = job;
  if (typeof partition === 'function') return byFunction(partition, keys, reducers);
  if (isRange(partition)) return byRange(plan.bounds ?? [], reducers);
  return { of: (bytes, start, end) => hashPartition(keys, bytes, start, end, reducers) };
}

function isRange(partition: AnyJob['partition']): partition is RangePartition {
  return typeof partition === 'object';
}

function byFunction(
  partition: Extract<AnyJob['partition'], (...given: never) => number>,
  keys: KeyCodec,
  reducers: number,
): Partitioner {
  return {
    of(bytes, start, end) {
      const key = keys.decode(bytes, start, end);
      const found: unknown = partition(key, reducers);
      if (typeof found === 'number' && Number.isInteger(found) && found >= 0 && found < reducers) {
        return found;
      }
      throw new ProgramError(
        `partition returned ${String(found)} for the key ${String(key)}; ` +
          `expected an integer from 0 to ${reducers - 1}`,
      );
    },
  };
}

/**
 * Partition i takes the keys below bound i that no lower partition takes. Without bounds, where no
 * sampled record emitted a key, the first takes all.
 */
function byRange(bounds: readonly string[], reducers: number): Partitioner {
  if (bounds.length > 0 && bounds.length !== reducers - 1) {
    throw new Error(`the plan has ${bounds.length} bounds for ${reducers} partitions`);
  }
  const encoded = bounds.map(fromBase64);
  return {
    of(bytes, start, end) {
      let low = 0;
      let high = encoded.length;
      while (low < high) {
        const middle = (low + high) >> 1;
        const bound = encoded[middle] as Uint8Array;
        if (compareBytes(bytes, start, end, bound, 0, bound.length) < 0) high = middle;
        else low = middle + 1;
      }
      return low;
    },
  };
}
