import type { ReduceManifest } from '@mapreduce/protocol';
import { joinPath } from '@mapreduce/service';
import type { Attempt } from '../attempts/attempt.ts';
import type { Worker } from '../worker.ts';
import { awaitGrant } from './grant.ts';
import { completePart, uploadPart } from './kept-parts.ts';
import type { PartSink } from './part-sink.ts';

/**
 * PUTs the files to the coordinator, which commits them when the completion arrives. The copy here
 * is kept until the job ends, for a coordinator that has lost its own.
 */
export class VolumePartSink implements PartSink {
  readonly directory: string;
  readonly #worker: Worker;
  readonly #attempt: Attempt;

  constructor(worker: Worker, attempt: Attempt) {
    this.#worker = worker;
    this.#attempt = attempt;
    this.directory = joinPath(attempt.directory, 'part');
  }

  async prepare(): Promise<void> {
    await this.#worker.ports.disk.makeDirectory(this.directory);
  }

  async commit(manifest: ReduceManifest): Promise<boolean> {
    const { id, signal } = this.#attempt;
    const part = { attempt: id, manifest, directory: this.directory };
    await awaitGrant(this.#worker, this.#attempt);
    await uploadPart(this.#worker, part, signal);
    const isAccepted = await completePart(this.#worker, part, signal);
    if (isAccepted) this.#worker.parts.add(part);
    return isAccepted;
  }

  async settle(accepted: boolean): Promise<void> {
    if (!accepted) await this.#worker.ports.disk.remove(this.#attempt.directory);
  }
}
