import type { DigestHex, Epoch, JobId } from '@mapreduce/protocol';
import type { Disk, File } from '@mapreduce/service';
import { isDiskError, makeDurableDirectory } from '@mapreduce/storage';
import { encodeFrame, firstHash, journalPreamble, type FramePorts } from './frame.ts';
import { JournalFiles } from './journal-files.ts';
import { readHistory } from './read-history.ts';
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

export interface OpenedJournal {
  readonly journal: Journal;
  /** What the boots before have told anybody; undefined where there is nothing of them. */
  readonly history: readonly JournalRecord[] | undefined;
}

/** A later coordinator of the job has taken over: this one must touch nothing any more. */
export class DeposedError extends Error {
  override readonly name = 'DeposedError';

  constructor() {
    super('another coordinator of this job has taken over; this one leaves everything to it');
  }
}

/** A frame is begun anew after so many characters of records. */
const frameCharacters = 2 ** 20;

/**
 * What one life of the coordinator writes down. Records are appended in groups: all that came while
 * the last group was being written go together, with one fsync.
 */
export class Journal {
  /** Of this boot. A coordinator may take a higher one (`epochRaised`). */
  readonly epoch: Epoch;
  /** Epochs of the life before. A worker that names an older one may be of a life that no journal tells of. */
  readonly told: readonly Epoch[];
  readonly #files: JournalFiles;
  readonly #directory: string;
  readonly #file: File;
  readonly #ports: JournalPorts;
  readonly #onFailure: (error: unknown) => void;
  #hash: Uint8Array = firstHash;
  #pending: JournalRecord[] = [];
  #writing: Promise<void> | undefined;
  #next: Promise<void> | undefined;

  private constructor(
    file: File,
    files: JournalFiles,
    epoch: Epoch,
    told: readonly Epoch[],
    { directory, onFailure }: OpenJournal,
    ports: JournalPorts,
  ) {
    this.#file = file;
    this.#files = files;
    this.#directory = directory;
    this.epoch = epoch;
    this.told = told;
    this.#ports = ports;
    this.#onFailure = onFailure;
  }

  /**
   * Begins a boot's file and reads the history before it. Nobody may be told anything before
   * `settle`. Throws `DiskError` with `EEXIST` where another coordinator has begun the same boot, and
   * `JournalDamagedError` where the history cannot be trusted.
   */
  static async open(options: OpenJournal, ports: JournalPorts): Promise<OpenedJournal> {
    const { disk } = ports;
    const { directory, job, jobDigest, generation, nonce } = options;
    await makeDurableDirectory(disk, directory);
    const files = new JournalFiles(disk, directory);
    const last = (await files.names()).at(-1);
    const boot = last === undefined ? 1 : JournalFiles.bootOf(last) + 1;
    const name = JournalFiles.nameOf(boot);
    // A power cut must not keep this boot's file and lose those before it: that is what damage looks like.
    if (last !== undefined) await disk.fsyncDirectory(directory);
    const file = await disk.create(files.path(name));
    try {
      const before = await readHistory(files, boot, ports);
      if (before !== undefined) checkSame(directory, before.opened, options);
      const told = before?.told ?? [];
      const lives = before === undefined ? [] : [before.opened.epoch, ...told];
      const reached = Math.max(generation, ...lives.map((life) => life.generation));
      const epoch: Epoch = { generation: reached, boot, nonce };
      const journal = new Journal(file, files, epoch, told, options, ports);
      await file.append(journalPreamble);
      const predecessor = before && { predecessor: before.seal };
      // Goes with the snapshot.
      journal.#pending.push({ kind: 'opened', job, jobDigest, epoch, ...predecessor });
      return { journal, history: before?.records };
    } catch (error) {
      // It told nobody anything, and whoever looks into the cause need not wonder about it.
      await file.close();
      await disk.remove(files.path(name));
      throw error;
    }
  }

  /**
   * Makes the snapshot durable, which is all of history from now on, and removes the files before.
   * Throws `DeposedError` where a later boot has begun meanwhile.
   */
  async settle(snapshot: Iterable<JournalRecord>): Promise<void> {
    for (const record of snapshot) void this.append(record);
    await this.flushed();
    // In a frame of its own: whatever damages the snapshot lies before a whole one, and is no torn end.
    await this.append({ kind: 'snapshotEnd' });
    await this.#ports.disk.fsyncDirectory(this.#directory);
    await this.checkInCharge();
    await this.#files.removeBefore(this.epoch.boot);
  }

  /** Throws `DeposedError` where a later boot has begun. */
  async checkInCharge(): Promise<void> {
    if (await this.#files.hasLater(this.epoch.boot)) throw new DeposedError();
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
        // One by one: a power cut that kept a later frame and lost this one would look like damage, and
        // not like a torn end.
        await this.#file.fsync();
      }
    } catch (error) {
      this.#onFailure(error);
      throw error;
    }
  }
}

function checkSame(
  directory: string,
  opened: { readonly job: JobId; readonly jobDigest: DigestHex },
  { job, jobDigest }: OpenJournal,
): void {
  if (opened.job === job && opened.jobDigest === jobDigest) return;
  const what = opened.job === job ? 'the job with other settings' : `job ${opened.job}`;
  throw new Error(`state directory ${directory}: holds the journal of ${what}; name another`);
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
