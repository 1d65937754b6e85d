import { randomBytes } from 'node:crypto';
import { readdir, rm } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { makeDirectory } from '@mapreduce/service/node';
import { UnfitError } from '../core/errors.ts';

/** What every system takes for the path of a socket. */
const maxPathBytes = 103;
const prefix = 'lock-';

/**
 * Makes the directory if need be, and holds it until `release` is called or this process is dead,
 * however it died. Each who wants it first listens on a socket of its own in it, then looks whether
 * another socket there is listened to: of two that come at once, one at least sees the other. The
 * kernel answers for a holder that is stopped, and refuses for a dead one, in whatever container.
 * Throws `UnfitError` where another process holds it.
 */
export async function lockDirectory(directory: string): Promise<{ release(): Promise<void> }> {
  await makeDirectory(directory);
  const own = `${prefix}${randomBytes(4).toString('hex')}`;
  const path = join(directory, own);
  if (Buffer.byteLength(path) > maxPathBytes) {
    const most = maxPathBytes - own.length - 1;
    throw new UnfitError(`directory ${directory}: its path has more than ${most} bytes`);
  }
  const server = await listen(path);
  const release = () => new Promise<void>((resolve) => server.close(() => resolve()));
  for (const name of await readdir(directory)) {
    if (!name.startsWith(prefix) || name === own) continue;
    if (await isListenedTo(join(directory, name))) {
      await release();
      throw new UnfitError(
        `directory ${directory}: another worker uses it; each needs one of its own`,
      );
    }
    await rm(join(directory, name), { force: true });
  }
  return { release };
}

/** Closing the server removes its socket. */
async function listen(path: string): Promise<Server> {
  const server = createServer((connection) => connection.destroy());
  const { promise, resolve, reject } = Promise.withResolvers<undefined>();
  server.once('error', reject).listen(path, () => resolve(undefined));
  await promise;
  // It is there to be held, and keeps no process alive.
  return server.unref();
}

function isListenedTo(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const connection = connect(path);
    connection.once('connect', () => {
      connection.destroy();
      resolve(true);
    });
    connection.once('error', ({ code }: NodeJS.ErrnoException) => {
      // What cannot be asked (too many wait already, no permission) may be alive.
      resolve(code !== 'ECONNREFUSED' && code !== 'ENOENT' && code !== 'ENOTSOCK');
    });
  });
}
