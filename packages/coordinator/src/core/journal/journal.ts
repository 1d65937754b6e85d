import type { DigestHex, Epoch, JobId } from '@mapreduce/protocol';
import { joinPath, type Disk, type File } from '@mapreduce/service';
import { isDiskError, toHex } from '@mapreduce/storage';
import { encodeFrame, firstHash, journalPreamble, type FramePorts } from './frame.ts';
import { readJournal, type ReadJournal } from './read-journal.ts';
import type { JournalRecord } from './record.ts';

export interface JournalPorts extends FramePorts {
  readonly disk: Disk;
}

export interface OpenJournal {
  readonly directory: string;
  readonly job: JobId;
  readonly jobDigest: DigestHex;
  readonly generation: number;
  /** 8 hex digits, new at each boot. */
  readonly nonce: string;
  /** A write or an fsync failed: the process must end, for nothing is known of the file any more. */
  readonly onFailure: (error: unknown) => void;
}

/** A frame is begun anew after so many characters of records. */
const frameCharacters = 2 ** 20;

/**
 * What one life of the coordinator writes down. Records are appended in groups: all that came while
 * the last group was being written go together, with one fsync.
 */
export class Journal {
  readonly epoch: Epoch;
  /** The file of the boot before, if there is one that told anybody anything. */
  readonly predecessor: ReadJournal | undefined;
  readonly #file: File;
  readonly #ports: JournalPorts;
  readonly #onFailure: (error: unknown) => void;
  #hash: Uint8Array = firstHash;
  #pending: JournalRecord[] = [];
  #writing: Promise<void> | undefined;
  #next: Promise<void> | undefined;

  private constructor(
    file: File,
    epoch: Epoch,
    predecessor: ReadJournal | undefined,
    ports: JournalPorts,
    onFailure: (error: unknown) => void,
  ) {
    this.#file = file;
    this.epoch = epoch;
    this.predecessor = predecessor;
    this.#ports = ports;
    this.#onFailure = onFailure;
  }

  /**
   * Begins a boot's file. Throws `DiskError` with `EEXIST` where another coordinator has begun the
   * same boot, and `JournalDamagedError` where the file before it cannot be trusted.
   */
  static async open(options: OpenJournal, ports: JournalPorts): Promise<Journal> {
    const { disk } = ports;
    const { directory, job, jobDigest, generation, nonce, onFailure } = options;
    await disk.makeDirectory(directory);
    const last = (await disk.list(directory)).filter((name) => namePattern.test(name)).at(-1);
    const before = last && readJournal(last, await disk.read(joinPath(directory, last)), ports);
    const boot = last === undefined ? 1 : Number(last.slice(-6)) + 1;
    const epoch: Epoch = { generation, boot, nonce };
    const file = await disk.create(joinPath(directory, fileName(boot)));
    const journal = new Journal(file, epoch, before || undefined, ports, onFailure);
    await file.append(journalPreamble);
    const predecessor =
      last && before ? { file: last, length: before.length, hash: toHex(before.hash) } : undefined;
    await journal.append({
      kind: 'opened',
      job,
      jobDigest,
      epoch,
      ...(predecessor && { predecessor }),
    });
    await disk.fsyncDirectory(directory);
    return journal;
  }

  /** Resolves when the record, and all before it, are durable. Rejects only as `onFailure` is told. */
  append(record: JournalRecord): Promise<void> {
    this.#pending.push(record);
    return this.flushed();
  }

  /** Resolves when all records appended so far are durable. */
  flushed(): Promise<void> {
    if (this.#pending.length === 0) return this.#writing ?? Promise.resolve();
    if (this.#next === undefined) {
      const before = this.#writing ?? Promise.resolve();
      this.#next = before.then(() => this.#write());
      // Whoever waits is told; where nobody does, `onFailure` has been.
      this.#next.catch(() => undefined);
    }
    return this.#next;
  }

  async close(): Promise<void> {
    await this.flushed();
    await this.#file.close();
  }

  async #write(): Promise<void> {
    const records = this.#pending;
    this.#pending = [];
    this.#writing = this.#next;
    this.#next = undefined;
    try {
      for (const payload of payloads(records)) {
        const { bytes, hash } = encodeFrame(payload, this.#hash, this.#ports);
        this.#hash = hash;
        await this.#file.append(bytes);
      }
      await this.#file.fsync();
    } catch (error) {
      this.#onFailure(error);
      throw error;
    }
  }
}

const namePattern = /^journal-\d{6}$/;

function fileName(boot: number): string {
  return `journal-${String(boot).padStart(6, '0')}`;
}

function* payloads(records: readonly JournalRecord[]): Generator<Uint8Array, void, undefined> {
  const encoder = new TextEncoder();
  let texts: string[] = [];
  let characters = 0;
  for (const record of records) {
    const text = JSON.stringify(record);
    if (characters > 0 && characters + text.length > frameCharacters) {
      yield encoder.encode(`[${texts.join()}]`);
      texts = [];
      characters = 0;
    }
    texts.push(text);
    characters += text.length;
  }
  yield encoder.encode(`[${texts.join()}]`);
}

/** Whether opening failed because another coordinator has begun the same boot. */
export function isRival(error: unknown): boolean {
  return isDiskError(error, 'EEXIST');
}
