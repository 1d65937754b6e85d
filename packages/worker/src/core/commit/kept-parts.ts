import type { AttemptId, PartFile, ReduceManifest } from '@mapreduce/protocol';
import { ServiceError } from '@mapreduce/protocol';
import { joinPath, sleep, type ByteStream } from '@mapreduce/service';
import { CancelledError } from '../errors.ts';
import { readRange } from '../read-range.ts';
import { throwIfAborted } from '../wait.ts';
import type { Worker } from '../worker.ts';

/** The coordinator takes nothing for so long: the connection is given up, and the file PUT anew. */
const silenceMs = 30_000;

/** A coordinator without a plan is told again after so long. */
const askAgainMs = 1_000;

/** A part whose files this worker has, and PUTs to the coordinator. */
export interface OwnPart {
  readonly attempt: AttemptId;
  readonly manifest: ReduceManifest;
  /** Of its files. */
  readonly directory: string;
}

/** PUTs all files of a part. */
export async function uploadPart(
  { client, ports }: Worker,
  { attempt, manifest, directory }: OwnPart,
  signal: AbortSignal,
): Promise<void> {
  const put = (file: PartFile) => {
    const open = (): ByteStream => ({
      length: file.length,
      chunks: readRange(ports.disk, joinPath(directory, file.name), 0, file.length),
    });
    return client.bulk(
      'part',
      () => ({ query: { attempt, file: file.name }, body: open() }),
      async ({ chunks }) => {
        const drained = chunks[Symbol.asyncIterator]();
        while ((await drained.next()).done !== true);
      },
      { timeoutMs: silenceMs, signal },
    );
  };
  for (const file of manifest.files) await put(file);
}

/**
 * Reports a part whose files were PUT, and returns whether it counts. A coordinator that does not
 * have them (it is another one, and has lost its disk) refuses: then they are PUT again, once.
 */
export async function completePart(
  worker: Worker,
  part: OwnPart,
  signal: AbortSignal,
): Promise<boolean> {
  const { attempt, manifest: result } = part;
  const complete = () => worker.link.call('complete', () => ({ attempt, result }), signal);
  try {
    return (await complete()).accepted;
  } catch (error) {
    if (!(error instanceof ServiceError) || error.code !== 'BAD_REQUEST') throw error;
    worker.ports.log.info('the part is uploaded again', { attempt, reason: error.message });
  }
  await uploadPart(worker, part, signal);
  return (await complete()).accepted;
}

/** Parts that were committed from here, kept until the job ends: the coordinator may lose its own. */
export class KeptParts {
  readonly #parts = new Map<AttemptId, OwnPart>();

  add(part: OwnPart): void {
    this.#parts.set(part.attempt, part);
  }

  /**
   * Tells a new coordinator of all that is kept, when it has a plan to hold it against. Ends quietly when the
   * session does.
   */
  async reportAgain(worker: Worker, signal: AbortSignal): Promise<void> {
    const { disk, log } = worker.ports;
    for (const part of [...this.#parts.values()]) {
      const { attempt, directory } = part;
      try {
        if (await onceItIsPlanned(worker, signal, () => completePart(worker, part, signal)))
          continue;
        this.#parts.delete(attempt);
        await disk.remove(directory);
      } catch (error) {
        if (error instanceof CancelledError) return;
        // It is made anew by whoever is leased it.
        log.warn('a kept part was not taken', { attempt, error: String(error) });
      }
    }
  }
}

/** A coordinator that has lost its journal has to find its plan again first, which may take its time. */
async function onceItIsPlanned<T>(
  { ports }: Worker,
  signal: AbortSignal,
  tell: () => Promise<T>,
): Promise<T> {
  for (;;) {
    try {
      return await tell();
    } catch (error) {
      if (!(error instanceof ServiceError) || error.code !== 'NOT_PLANNED') throw error;
      await sleep(ports.clock, askAgainMs, signal);
      throwIfAborted(signal);
    }
  }
}
