import type { ReduceManifest } from '@mapreduce/protocol';
import {
  commitPart,
  OutputLayout,
  publishPart,
  settingsDigest,
  type CommitRecord,
} from '@mapreduce/storage';
import type { Attempt } from '../attempts/attempt.ts';
import type { Worker } from '../worker.ts';
import { awaitGrant } from './grant.ts';
import type { PartSink } from './part-sink.ts';

/** Commits on a file system that this worker shares with the coordinator. */
export class FilePartSink implements PartSink {
  readonly directory: string;
  readonly #worker: Worker;
  readonly #attempt: Attempt;
  readonly #partition: number;
  readonly #layout: OutputLayout;
  /** Whether the partition's commit record may name this attempt: then its files must stay. */
  #mayHaveWon = false;

  constructor(worker: Worker, attempt: Attempt, partition: number, output: string) {
    this.#worker = worker;
    this.#attempt = attempt;
    this.#partition = partition;
    this.#layout = new OutputLayout(output, worker.link.registration.settings.id);
    this.directory = this.#layout.attempt(attempt.id);
  }

  async prepare(): Promise<void> {
    const { disk } = this.#worker.ports;
    // Where the output was taken away (`--overwrite`), it must not come back: throws ENOENT.
    await disk.status(this.#layout.attempts);
    await disk.makeDirectory(this.directory);
  }

  async commit(manifest: ReduceManifest): Promise<boolean> {
    await awaitGrant(this.#worker, this.#attempt);
    const { disk, digest } = this.#worker.ports;
    const { settings, epoch } = this.#worker.link.registration;
    const record: CommitRecord = {
      version: 1,
      job: settings.id,
      jobDigest: settingsDigest(digest, settings),
      epoch,
      partition: this.#partition,
      attempt: this.#attempt.id,
      manifest,
    };
    this.#mayHaveWon = true;
    const winner = await commitPart(disk, this.#layout, record, this.directory, settings);
    this.#mayHaveWon = winner.attempt === this.#attempt.id;
    await publishPart(disk, this.#layout, winner, settings);
    const report = { attempt: this.#attempt.id, result: manifest };
    const answer = await this.#worker.link.call('complete', () => report, this.#attempt.signal);
    return answer.accepted;
  }

  async settle(): Promise<void> {
    if (!this.#mayHaveWon) await this.#worker.ports.disk.remove(this.directory);
  }
}
