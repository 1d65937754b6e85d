import {
  parseAttemptId,
  partFileSchema,
  ServiceError,
  type AttemptId,
  type Epoch,
  type PartFile,
  type ReduceManifest,
} from '@mapreduce/protocol';
import {
  joinPath,
  type BulkHandler,
  type ByteStream,
  type Digest,
  type Disk,
  type Random,
} from '@mapreduce/service';
import {
  commitPart,
  commitRecordSchema,
  fileDigest,
  orMissing,
  partFileBelongsTo,
  publishPart,
  readCommitRecord,
  toHex,
  type CommitRecord,
  type OutputLayout,
} from '@mapreduce/storage';

export interface PartCommitsOptions {
  readonly layout: OutputLayout;
  readonly job: string;
  readonly jobDigest: string;
  /** The coordinator's own, at the time of a commit. */
  readonly epoch: () => Epoch;
  readonly fsync: boolean;
  readonly reducers: number;
  /** Throws where a later coordinator of the job has begun: it may have taken the output back. */
  readonly checkInCharge: () => Promise<void>;
}

export interface PartCommitsPorts {
  readonly disk: Disk;
  readonly digest: Digest;
  readonly random: Random;
}

/** Commits parts, and knows who did. What lies on the disk is the truth; nothing here outlives it. */
export class PartCommits {
  readonly #options: PartCommitsOptions;
  readonly #ports: PartCommitsPorts;
  /** What arrived, by attempt and file, so that it need not be read again. */
  readonly #uploads = new Map<AttemptId, Map<string, PartFile>>();
  /** By partition: its last commit here, which the next waits for. */
  readonly #turns = new Map<number, Promise<unknown>>();

  constructor(options: PartCommitsOptions, ports: PartCommitsPorts) {
    this.#options = options;
    this.#ports = ports;
  }

  /** The partition's commit record, if there is one. Throws if it is another job's, or damaged. */
  async committed(partition: number): Promise<CommitRecord | undefined> {
    const { layout, job, jobDigest } = this.#options;
    const record = (await readCommitRecord(this.#ports.disk, layout, partition))?.record;
    if (record !== undefined && (record.job !== job || record.jobDigest !== jobDigest)) {
      throw new Error(`${layout.commit(partition)}: is of another job, or of other settings`);
    }
    return record;
  }

  /**
   * Receives a file of a reduce attempt (bulk route `part`). May be repeated before the commit. Throws
   * what `checkInCharge` throws.
   */
  readonly receive: BulkHandler = async ({ query = {}, body }) => {
    const attempt = query['attempt'] ?? '';
    const name = query['file'] ?? '';
    const partition = this.#partitionOf(attempt);
    // Looser names would reach the disk, whose refusal of them fails the job.
    const isName = partFileSchema.shape.name.safeParse(name).success;
    if (!isName || !partFileBelongsTo(partition, name)) {
      throw new ServiceError('BAD_REQUEST', `file: ${name} is no name of partition ${partition}`);
    }
    if (body === undefined) throw new ServiceError('BAD_REQUEST', 'expected a body');
    const file = await this.#store(attempt, name, body);
    const files = this.#uploads.get(attempt) ?? new Map<string, PartFile>();
    this.#uploads.set(attempt, files.set(name, file));
    return nothing;
  };

  /**
   * Commits what an attempt has uploaded; returns the winner's record, published. Where there is no
   * winner yet, and `fits` says at the last moment that this one may not be it: nothing.
   */
  commitUploaded(
    attempt: AttemptId,
    manifest: ReduceManifest,
    fits: () => boolean,
  ): Promise<CommitRecord | undefined> {
    const { index: partition } = parseAttemptId(attempt);
    const turn = (this.#turns.get(partition) ?? Promise.resolve()).then(() =>
      this.#commit(partition, attempt, manifest, fits),
    );
    this.#turns.set(
      partition,
      turn.catch(() => undefined),
    );
    return turn;
  }

  /** Makes sure that a committed part has its final names, whoever committed it. */
  publish(record: CommitRecord): Promise<void> {
    const { layout, fsync } = this.#options;
    return publishPart(this.#ports.disk, layout, record, { fsync });
  }

  async #commit(
    partition: number,
    attempt: AttemptId,
    manifest: ReduceManifest,
    fits: () => boolean,
  ): Promise<CommitRecord | undefined> {
    const { layout, job, jobDigest, epoch, fsync } = this.#options;
    let winner = await this.committed(partition);
    if (winner === undefined) {
      const record = commitRecordSchema.safeParse({
        version: 1,
        job,
        jobDigest,
        epoch: epoch(),
        partition,
        attempt,
        manifest,
      });
      if (!record.success) throw new ServiceError('BAD_REQUEST', record.error.message);
      for (const file of manifest.files) await this.#check(attempt, file);
      if (!fits()) return undefined;
      const directory = layout.attempt(attempt);
      winner = await commitPart(this.#ports.disk, layout, record.data, directory, { fsync });
    } else if (fsync) {
      // Who linked it, another coordinator perhaps, may not have come to this.
      await this.#ports.disk.fsyncDirectory(layout.commits);
    }
    await this.publish(winner);
    this.#uploads.delete(attempt);
    return winner;
  }

  async #check(attempt: AttemptId, file: PartFile): Promise<void> {
    const { disk, digest } = this.#ports;
    const path = joinPath(this.#options.layout.attempt(attempt), file.name);
    const found =
      this.#uploads.get(attempt)?.get(file.name) ??
      (await orMissing(fileDigest(disk, digest, path)));
    if (found?.length !== file.length || found.sha256 !== file.sha256) {
      throw new ServiceError('BAD_REQUEST', `${file.name}: not what was uploaded: upload it again`);
    }
  }

  #partitionOf(attempt: string): number {
    let parts;
    try {
      parts = parseAttemptId(attempt);
    } catch {
      throw new ServiceError('BAD_REQUEST', 'attempt: expected the id of a reduce attempt');
    }
    if (parts.kind !== 'reduce' || parts.index >= this.#options.reducers) {
      throw new ServiceError('BAD_REQUEST', 'attempt: expected the id of a reduce attempt');
    }
    return parts.index;
  }

  /** Streams to a name of its own, then renames: a broken upload never looks like a file. */
  async #store(attempt: AttemptId, name: string, body: ByteStream): Promise<PartFile> {
    const { disk, digest, random } = this.#ports;
    const directory = this.#options.layout.attempt(attempt);
    // It would make a folder anew that is taken back.
    await this.#options.checkInCharge();
    await disk.makeDirectory(directory);
    const temporary = joinPath(directory, `.upload-${random.hex(16)}`);
    const file = await disk.create(temporary);
    try {
      const hash = digest.start();
      let length = 0;
      for await (const chunk of body.chunks) {
        hash.update(chunk);
        length += chunk.length;
        await file.append(chunk);
      }
      if (length !== body.length) throw new ServiceError('BAD_REQUEST', 'the body ended early');
      if (this.#options.fsync) await file.fsync();
      await file.close();
      await disk.rename(temporary, joinPath(directory, name));
      return { name, length, sha256: toHex(hash.digest()) };
    } catch (error) {
      await file.close();
      await disk.remove(temporary);
      throw error;
    }
  }
}

const nothing: ByteStream = {
  length: 0,
  chunks: { [Symbol.asyncIterator]: () => ({ next: () => Promise.resolve(done) }) },
};
const done = { done: true, value: undefined } as const;
