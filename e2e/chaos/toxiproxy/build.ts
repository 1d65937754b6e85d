import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, rename } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

const module = 'github.com/Shopify/toxiproxy/v2/cmd/server';
const version = 'v2.5.0';

/** Where what takes long to build is kept from one run to the next. */
const cache = join(
  process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'),
  'mapreduce-chaos',
  `toxiproxy-${version}`,
);

/**
 * Builds toxiproxy from its Go module, unless it has been built before; resolves with the path of its
 * server. Rejects where there is no Go toolchain, or its module proxy cannot be reached.
 */
export async function buildToxiproxy(): Promise<string> {
  const server = join(cache, 'server');
  if (existsSync(server)) return server;
  const building = join(cache, `building-${process.pid}`);
  await mkdir(building, { recursive: true });
  const path = `${process.env['PATH'] ?? ''}:/usr/local/go/bin`;
  await run('go', ['install', `${module}@${version}`], {
    env: { ...process.env, PATH: path, GOBIN: building },
  });
  await rename(join(building, 'server'), server);
  return server;
}
