import {
  chain,
  firstHash,
  frameAt,
  frameHeaderLength,
  journalPreamble,
  type FramePorts,
} from './frame.ts';
import { journalRecordSchema, type JournalOpened, type JournalRecord } from './record.ts';

/** The journal is damaged where it had been durable: no state that follows from it can be trusted. */
export class JournalDamagedError extends Error {
  override readonly name = 'JournalDamagedError';
}

export interface ReadJournal {
  readonly opened: JournalOpened;
  /** What follows `opened`. */
  readonly records: readonly JournalRecord[];
  /** Bytes that are whole, and the hash of the last frame in them: what a successor seals. */
  readonly length: number;
  readonly hash: Uint8Array;
  /** Bytes after them that a crash left of an append that nobody was told of. */
  readonly torn: number;
}

/**
 * Decodes a journal file. What a crash tore off its end is cut: a frame that is not whole, with no
 * whole frame after it. Anything else that is not as it was written throws `JournalDamagedError`.
 * A file that does not even hold its first frame gives undefined: its writer told nobody anything.
 */
export function readJournal(
  file: string,
  bytes: Uint8Array,
  ports: FramePorts,
): ReadJournal | undefined {
  const damaged = (offset: number, what: string) =>
    new JournalDamagedError(
      `${file}: damaged at byte ${offset}: ${what}; ` +
        'restore the file, or remove the journal to start the job anew',
    );

  const begins = journalPreamble.every((byte, i) => i >= bytes.length || bytes[i] === byte);
  if (!begins) {
    // A power cut may leave zeros where the beginning was to be.
    const isUnwritten = bytes.subarray(0, frameHeaderLength).every((byte) => byte === 0);
    const isTorn = isUnwritten || bytes.length <= frameHeaderLength;
    if (isTorn && findFrame(bytes, 1, ports) === undefined) return undefined;
    throw damaged(0, 'not a journal of this version');
  }
  const records: JournalRecord[] = [];
  let offset = journalPreamble.length;
  let hash: Uint8Array = firstHash;
  for (;;) {
    const frame = frameAt(bytes, offset, ports);
    if (frame === undefined) break;
    const expected = chain(frame.payload, hash, ports.digest);
    if (!equal(expected, frame.hash)) throw damaged(offset, 'a frame is missing before it');
    const decoded = decode(frame.payload);
    if (decoded === undefined) throw damaged(offset, 'records of an unknown form');
    for (const record of decoded) records.push(record);
    hash = expected;
    offset += frameHeaderLength + frame.payload.length;
  }
  if (offset < bytes.length) {
    const later = findFrame(bytes, offset + 1, ports);
    if (later !== undefined) throw damaged(offset, `whole frames follow at byte ${later}`);
  }
  const [opened, ...rest] = records;
  if (opened === undefined) return undefined;
  if (opened.kind !== 'opened') throw damaged(journalPreamble.length, 'it has no beginning');
  return { opened, records: rest, length: offset, hash, torn: Math.max(0, bytes.length - offset) };
}

function decode(payload: Uint8Array): JournalRecord[] | undefined {
  try {
    return journalRecordSchema.array().parse(JSON.parse(new TextDecoder().decode(payload)));
  } catch {
    return undefined;
  }
}

/** Where a whole frame begins, at `from` or later. */
function findFrame(bytes: Uint8Array, from: number, ports: FramePorts): number | undefined {
  for (let offset = from; offset + frameHeaderLength <= bytes.length; offset++) {
    if (frameAt(bytes, offset, ports) !== undefined) return offset;
  }
  return undefined;
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
