import {
  compareEpochs,
  ServiceError,
  type Epoch,
  type Incarnation,
  type RegisterResponse,
} from '@mapreduce/protocol';
import { DiskError, sleep } from '@mapreduce/service';
import { CancelledError, UnfitError } from './errors.ts';
import type { Worker } from './session.ts';

/** Between two tries where a coordinator of the past still answers. */
const staleMs = 1_000;

/**
 * Registers with the coordinator, and checks that it and this worker see one output directory where
 * they must. A coordinator of an epoch below `before` is a thing of the past: it is asked again
 * until the one that replaced it answers. Throws `UnfitError` where the worker cannot take part.
 */
export async function register(
  worker: Worker,
  incarnation: Incarnation,
  before: Epoch | undefined,
  signal: AbortSignal,
): Promise<RegisterResponse> {
  const { client, held, options, ports } = worker;
  for (;;) {
    const answer = await refusalsAsUnfit(
      client.call(
        'register',
        () => ({
          incarnation,
          slots: options.slots,
          address: options.address,
          ...(before !== undefined && { epoch: before }),
          held: held.offer(),
          running: [],
        }),
        { timeoutMs: 30_000, signal },
      ),
    );
    if (before === undefined || compareEpochs(answer.epoch, before) >= 0) {
      await checkShared(worker, answer);
      return answer;
    }
    ports.log.warn('a coordinator of a lower epoch answered', {
      generation: answer.epoch.generation,
      boot: answer.epoch.boot,
    });
    await sleep(ports.clock, staleMs, signal);
    if (signal.aborted) throw new CancelledError();
  }
}

async function refusalsAsUnfit<T>(call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    if (!(error instanceof ServiceError) || error.code === 'UNKNOWN_WORKER') throw error;
    const advice =
      error.code === 'UNAUTHENTICATED' || error.code === 'FORBIDDEN'
        ? '; the token file must hold the worker token of this very run'
        : '';
    throw new UnfitError(`the coordinator refuses this worker: ${error.message}${advice}`);
  }
}

async function checkShared(worker: Worker, { nonce, sink }: RegisterResponse): Promise<void> {
  if (sink.kind !== 'file' || nonce === undefined) return;
  const advice =
    'run the job with a sink that needs no shared file system, or mount the directory here at the same path';
  let content: string;
  try {
    content = new TextDecoder().decode(await worker.ports.disk.read(nonce.path));
  } catch (error) {
    if (!(error instanceof DiskError)) throw error;
    throw new UnfitError(
      `output directory ${sink.directory}: not shared with the coordinator: ${nonce.path} cannot be read here (${error.code}); ${advice}`,
    );
  }
  if (content !== nonce.content) {
    throw new UnfitError(
      `output directory ${sink.directory}: not shared with the coordinator: ${nonce.path} holds something else here; ${advice}`,
    );
  }
}
