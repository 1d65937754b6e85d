import { incarnationSchema, type Incarnation } from '@mapreduce/protocol';
import { DiskError, joinPath } from '@mapreduce/service';
import type { Worker } from '../worker.ts';

type At = Pick<Worker, 'ports' | 'options'>;

function pathOf({ options }: At): string {
  return joinPath(options.directory, 'incarnation');
}

/** The last incarnation that worked in this directory, if that is known. */
export async function readIncarnation(at: At): Promise<Incarnation | undefined> {
  try {
    const text = new TextDecoder().decode(await at.ports.disk.read(pathOf(at)));
    return incarnationSchema.safeParse(text).data;
  } catch (error) {
    if (error instanceof DiskError) return undefined;
    throw error;
  }
}

/**
 * Says in its directory who works there, so that its next life can tell the coordinator who is dead.
 * Where that fails, its silence will tell.
 */
export async function writeIncarnation(at: At, incarnation: Incarnation): Promise<void> {
  const { disk, log } = at.ports;
  try {
    await disk.remove(pathOf(at));
    await disk.write(pathOf(at), new TextEncoder().encode(incarnation));
  } catch (error) {
    if (!(error instanceof DiskError)) throw error;
    log.warn('incarnation not written down', { error: error.message });
  }
}
