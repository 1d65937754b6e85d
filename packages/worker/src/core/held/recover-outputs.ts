import { FormatError } from '@mapreduce/engine';
import { attemptIdSchema, parseAttemptId, type HeldOutput } from '@mapreduce/protocol';
import { DiskError, joinPath } from '@mapreduce/service';
import { realDataPlane } from '../data-plane.ts';
import { throwIfAborted } from '../wait.ts';
import type { Worker } from '../worker.ts';
import { outputIn, type OutputOnDisk } from './held-outputs.ts';
import { readManifest } from './manifest-file.ts';

/** While there is more to check, what is sound is offered so often. */
const offerEveryMs = 500;

/**
 * Attempts whose output a former life of this worker may have left in its directory. Everything
 * else that lies there is removed.
 */
export async function findLeftovers({ ports, options }: Worker): Promise<string[]> {
  const found: string[] = [];
  for (const name of await ports.disk.list(options.directory)) {
    const id = attemptIdSchema.safeParse(name);
    if (id.success && parseAttemptId(id.data).kind === 'map') found.push(name);
    else await ports.disk.remove(joinPath(options.directory, name));
  }
  return found;
}

/**
 * Checks what a former life of this worker has left, byte for byte, and offers what is sound to the
 * coordinator, some of it at a time; the rest is removed: outputs of another job, and those that are
 * not whole. Tasks run meanwhile. Throws `CancelledError` once the signal aborts.
 */
export async function recoverOutputs(
  worker: Worker,
  attempts: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  const { held, link, options, ports } = worker;
  let sound: HeldOutput[] = [];
  let offeredAt = ports.clock.now();
  const offer = async () => {
    const offered = sound;
    sound = [];
    await link.call('hold', () => ({ held: offered }), signal);
    offeredAt = ports.clock.now();
  };
  for (const attempt of attempts) {
    throwIfAborted(signal);
    const directory = joinPath(options.directory, attempt);
    const output = await soundOutput(worker, attempt, directory);
    if (output === undefined) await ports.disk.remove(directory);
    else {
      held.add(output);
      sound.push(output.offer);
    }
    if (sound.length > 0 && ports.clock.now() - offeredAt >= offerEveryMs) await offer();
  }
  if (sound.length > 0) await offer();
}

async function soundOutput(
  { link, ports }: Worker,
  attempt: string,
  directory: string,
): Promise<OutputOnDisk | undefined> {
  const { jobDigest, settings } = link.registration;
  try {
    const manifest = await readManifest(ports, directory);
    if (manifest === undefined) throw new FormatError('manifest: not whole');
    if (manifest.jobDigest !== jobDigest) throw new FormatError('manifest: of another job');
    if (manifest.output.attempt !== attempt) throw new FormatError('manifest: of another attempt');
    const output = outputIn(directory, manifest.output);
    await (ports.dataPlane ?? realDataPlane).verify(ports, output, settings.reducers);
    return output;
  } catch (error) {
    if (!(error instanceof DiskError) && !(error instanceof FormatError)) throw error;
    ports.log.info('a former output is not kept', { attempt, reason: error.message });
    return undefined;
  }
}
