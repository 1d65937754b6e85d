import type { PartFile, ReduceManifest } from '@mapreduce/protocol';
import { joinPath, type ByteStream } from '@mapreduce/service';
import type { Attempt } from '../attempts/attempt.ts';
import type { Session } from '../session.ts';
import { readRange } from '../read-range.ts';
import { awaitGrant } from './grant.ts';
import type { PartSink } from './part-sink.ts';

/** The coordinator takes nothing for so long: the connection is given up, and the file PUT anew. */
const silenceMs = 30_000;

/**
 * PUTs the files to the coordinator, which commits them when the completion arrives. The copy here
 * is kept until the job ends, for a coordinator that has lost its own.
 */
export class VolumePartSink implements PartSink {
  readonly directory: string;
  readonly #session: Session;
  readonly #attempt: Attempt;

  constructor(session: Session, attempt: Attempt) {
    this.#session = session;
    this.#attempt = attempt;
    this.directory = joinPath(attempt.directory, 'part');
  }

  async prepare(): Promise<void> {
    await this.#session.worker.ports.disk.makeDirectory(this.directory);
  }

  async commit(manifest: ReduceManifest): Promise<void> {
    await awaitGrant(this.#session, this.#attempt);
    for (const file of manifest.files) await this.#put(file);
  }

  async settle(accepted: boolean): Promise<void> {
    if (!accepted) await this.#session.worker.ports.disk.remove(this.#attempt.directory);
  }

  #put(file: PartFile): Promise<void> {
    const { client, ports } = this.#session.worker;
    const open = (): ByteStream => ({
      length: file.length,
      chunks: readRange(ports.disk, joinPath(this.directory, file.name), 0, file.length),
    });
    return client.bulk(
      'part',
      () => ({ query: { attempt: this.#attempt.id, file: file.name }, body: open() }),
      async ({ chunks }) => {
        const drained = chunks[Symbol.asyncIterator]();
        while ((await drained.next()).done !== true);
      },
      { timeoutMs: silenceMs, signal: this.#attempt.signal },
    );
  }
}
