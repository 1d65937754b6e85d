import {
  compareEpochs,
  ServiceError,
  type AttemptId,
  type RegisterRequest,
  type RegisterResponse,
} from '@mapreduce/protocol';
import { DiskError, sleep } from '@mapreduce/service';
import { splitDigest } from '@mapreduce/storage';
import type { Attempt } from './attempts/attempt.ts';
import { CancelledError, CoordinatorLostError, UnfitError } from './errors.ts';
import type { Registration } from './session.ts';
import type { Worker } from './worker.ts';

/** Between two tries where a coordinator of the past still answers, or another output directory is seen. */
const pauseMs = 1_000;
/** For how long the file may be wrong, or out of reach, that shows the output directory to be shared. */
const unsharedMs = { wrong: pauseMs, outOfReach: 30_000 } as const;

/** What a disk answers for as long as nobody changes anything. */
const lasting: ReadonlySet<string> = new Set(['ENOENT', 'ENOTDIR', 'EACCES', 'EPERM']);

/** The worker sees another output directory than the coordinator. */
interface Unshared {
  readonly error: UnfitError;
  /** So long it may be a fault that passes. */
  readonly patienceMs: number;
}

/** Who registers, and in whose place. */
export type Identity = Pick<RegisterRequest, 'incarnation' | 'replaces'>;

/**
 * Registers with the coordinator, says what the worker holds and still runs, and checks that both see
 * one output directory where they must. A coordinator of an epoch below that of `before`, the last
 * registration, is a thing of the past: it is asked again until the one that replaced it answers.
 * Throws `UnfitError` where the worker cannot take part, and `CoordinatorLostError` where none but
 * those of the past has answered for too long.
 */
export async function register(
  worker: Worker,
  self: Identity,
  before: RegisterResponse | undefined,
  signal: AbortSignal,
): Promise<Registration> {
  const { client, leaving, options, ports } = worker;
  let unsharedSince: number | undefined;
  let staleSince: number | undefined;
  for (;;) {
    let offered: ReadonlySet<AttemptId> = new Set();
    const { isBegun: isLeaving } = leaving;
    const request = (): RegisterRequest => {
      const held = worker.held.offers();
      offered = new Set(held.map(({ attempt }) => attempt));
      return {
        ...self,
        slots: options.slots,
        address: options.address,
        ...(isLeaving && { graceMs: leaving.leftMs }),
        ...(before && { epoch: before.epoch, jobDigest: before.jobDigest }),
        held,
        running: running(worker),
      };
    };
    const wanted = { timeoutMs: 30_000, signal };
    const answer = await refusalsAsUnfit(client.call('register', request, wanted));
    const isStale =
      answer === undefined ||
      (before !== undefined && compareEpochs(answer.epoch, before.epoch) < 0);
    const now = ports.clock.now();
    if (isStale) {
      ports.log.warn('a coordinator answered that is not the one of the job any more');
      unsharedSince = undefined;
      staleSince ??= now;
      if (now - staleSince >= client.lostMs) {
        throw new CoordinatorLostError(
          `the coordinator at ${options.coordinator} has been another than the one that this worker served for ${client.lostMs / 1_000} s`,
        );
      }
    } else {
      checkJob(worker, before, answer);
      const unshared = await findUnshared(worker, answer);
      if (unshared === undefined) return { answer, offered, isLeaving };
      const { error, patienceMs } = unshared;
      ports.log.warn('the output directory is not seen', { error: error.message });
      // A job that ends meanwhile is taken back: then the next answer names no file any more.
      unsharedSince ??= now;
      if (now - unsharedSince >= patienceMs) throw error;
    }
    await sleep(ports.clock, pauseMs, signal);
    if (signal.aborted) throw new CancelledError();
  }
}

/** Attempts that are not over; one whose output is held is, but for its report. */
function running({ attempts, held, ports }: Worker): RegisterRequest['running'] {
  const identity = ({ task, plan }: Attempt) => {
    if (task.kind === 'map') return { split: splitDigest(ports.digest, task.split, plan) };
    return task.kind === 'reduce' && plan !== undefined && { plan: plan.digest };
  };
  return attempts
    .all()
    .filter(({ id, signal }) => !held.has(id) && !signal.aborted)
    .map((attempt) => ({
      attempt: attempt.id,
      ...identity(attempt),
      progress: attempt.progress,
    }));
}

/** Executors have loaded one job's program; what is held is of that job. */
function checkJob(
  { options }: Worker,
  before: RegisterResponse | undefined,
  { jobDigest }: RegisterResponse,
): void {
  if (before === undefined || before.jobDigest === jobDigest) return;
  throw new UnfitError(
    `the coordinator at ${options.coordinator} runs another job, or has other settings, than the one that this worker began with; start the worker anew`,
  );
}

/** Nothing where another coordinator is to be waited for. */
async function refusalsAsUnfit<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    if (!(error instanceof ServiceError) || error.code === 'UNKNOWN_WORKER') throw error;
    // It gives way to the coordinator that this worker has met, or one that is to come.
    if (error.code === 'WRONG_EPOCH') return undefined;
    const advice =
      error.code === 'UNAUTHENTICATED' || error.code === 'FORBIDDEN'
        ? '; the token file must hold the worker token of this very run'
        : '';
    throw new UnfitError(`the coordinator refuses this worker: ${error.message}${advice}`);
  }
}

/** Why the worker cannot take part, if it cannot. */
async function findUnshared(
  worker: Worker,
  { nonce, sink }: RegisterResponse,
): Promise<Unshared | undefined> {
  if (sink.kind !== 'file' || nonce === undefined) return undefined;
  const unshared = (what: string, patienceMs: number): Unshared => {
    const error = new UnfitError(
      `output directory ${sink.directory}: not shared with the coordinator: ${nonce.path} ${what}; ` +
        'run the job with a sink that needs no shared file system, or mount the directory here at the same path',
    );
    return { error, patienceMs };
  };
  let content: string;
  try {
    content = new TextDecoder().decode(await worker.ports.disk.read(nonce.path));
  } catch (error) {
    if (!(error instanceof DiskError)) throw error;
    const patienceMs = lasting.has(error.code) ? unsharedMs.wrong : unsharedMs.outOfReach;
    return unshared(`cannot be read here (${error.code})`, patienceMs);
  }
  if (content === nonce.content) return undefined;
  return unshared('holds something else here', unsharedMs.wrong);
}
