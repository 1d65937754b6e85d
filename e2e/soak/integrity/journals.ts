import { JournalDamagedError, readJournal } from '@mapreduce/coordinator';
import { nodeCodec, nodeDigest } from '@mapreduce/service/node';
import type { Artefact } from './damage.ts';

const ports = { codec: nodeCodec, digest: nodeDigest };
const preambleLength = 8;
const frameHeaderLength = 44;

/** A journal as it was written: after how many bytes how many records are whole. */
export interface WrittenJournal extends Artefact {
  /** Of each frame: where it ends, and the records up to there, as JSON. */
  readonly frames: readonly { readonly end: number; readonly records: string }[];
}

export function written({ name, bytes }: Artefact): WrittenJournal {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const ends: number[] = [];
  for (let at = preambleLength; at < bytes.length;) {
    at += frameHeaderLength + view.getUint32(at);
    ends.push(at);
  }
  const frames = ends.map((end) => ({ end, records: read(name, bytes.subarray(0, end)) ?? '' }));
  return { name, bytes, frames };
}

/** The records that a reader takes for true, if any. */
function read(name: string, bytes: Uint8Array): string | undefined {
  const found = readJournal(name, bytes, ports);
  return found && JSON.stringify([found.opened, ...found.records]);
}

/**
 * Reads a journal that is damaged from byte `at` on. Refused: it throws, or finds no beginning. Cut:
 * the damage lies in what may be a torn append, behind which no whole frame follows, and what
 * remains is whole frames as they were written, all of those that end before the damage. Wrong:
 * anything else.
 */
export function readDamaged(
  journal: WrittenJournal,
  bytes: Uint8Array,
  at: number,
): 'refused' | 'cut' | 'wrong' {
  let records: string | undefined;
  try {
    records = read(journal.name, bytes);
  } catch (error) {
    if (error instanceof JournalDamagedError) return 'refused';
    throw error;
  }
  if (records === undefined) return 'refused';
  const whole = journal.frames.filter(({ end }) => end <= at);
  return records === whole.at(-1)?.records && isTail(journal, bytes, at) ? 'cut' : 'wrong';
}

/** Whether no frame that was whole before still lies, whole, behind the one that is damaged. */
function isTail(
  { bytes: original, frames }: WrittenJournal,
  bytes: Uint8Array,
  at: number,
): boolean {
  return !frames.some(({ end }, place) => {
    const start = frames[place - 1]?.end ?? preambleLength;
    if (start <= at) return false;
    return Buffer.from(bytes).includes(Buffer.from(original.subarray(start, end)));
  });
}
