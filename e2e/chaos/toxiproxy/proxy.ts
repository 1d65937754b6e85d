import { join } from 'node:path';
import { freePort } from '../world/network.ts';
import { Role } from '../world/role.ts';
import { pause, type World } from '../world/world.ts';

/** What toxiproxy can do to a connection; times in milliseconds, rates in KB/s. */
export type Toxic =
  | { readonly type: 'latency'; readonly attributes: { latency: number; jitter: number } }
  | { readonly type: 'bandwidth'; readonly attributes: { rate: number } }
  | { readonly type: 'limit_data'; readonly attributes: { bytes: number } }
  | { readonly type: 'reset_peer'; readonly attributes: { timeout: number } };

/** Towards the server, or back to the client. */
export type Direction = 'upstream' | 'downstream';

/** Beyond it, its API has locked up. */
const answersWithinMs = 5_000;

/**
 * A running toxiproxy, in the harness's own namespace. Its API locks up for good where a toxic is added or
 * removed in the moment in which a connection ends (Shopify/toxiproxy#558). Then another takes its place:
 * all connections through it break once more than was asked for.
 */
export class Toxiproxy {
  readonly #world: World;
  #process: Role;
  #api: string;
  /** By name, as the API takes them. */
  readonly #proxies = new Map<string, object>();
  /** Those that are to be in force, by name. */
  readonly #toxics = new Map<string, { readonly path: string; readonly toxic: object }>();
  #count = 0;
  /** Changes, one after the other. */
  #changes: Promise<unknown> = Promise.resolve();

  private constructor(world: World, process: Role, api: string) {
    this.#world = world;
    this.#process = process;
    this.#api = api;
  }

  static async start(world: World): Promise<Toxiproxy> {
    const { process, api } = await startProcess(world);
    return new Toxiproxy(world, process, api);
  }

  /** Lets clients reach `upstream` (host:port) by another address; returns it. */
  async proxy(name: string, upstream: string): Promise<string> {
    const { ownAddress } = this.#world.setting.network;
    const listen = `${ownAddress}:${await freePort()}`;
    const proxy = { name, listen, upstream, enabled: true };
    await this.#change(async () => {
      this.#proxies.set(name, proxy);
      await send('POST', `${this.#api}/proxies`, proxy);
    });
    return listen;
  }

  /** Makes a proxy's connections bad, those that are open and those to come; returns how to stop. */
  async poison(
    proxy: string,
    toxic: Toxic,
    stream: Direction,
    toxicity = 1,
  ): Promise<() => Promise<void>> {
    const name = `toxic-${++this.#count}`;
    const path = `/proxies/${proxy}/toxics`;
    const order = { name, stream, toxicity, ...toxic };
    await this.#change(async () => {
      this.#toxics.set(name, { path, toxic: order });
      await send('POST', this.#api + path, order);
    });
    const isCut = toxic.type === 'limit_data' || toxic.type === 'reset_peer';
    const figures = Object.entries(toxic.attributes).map(([key, value]) => `${key} ${value}`);
    this.#world.setting.recorder.fired(
      isCut ? 'cut connection' : 'slow link',
      `${proxy} ${stream}: ${figures.join(', ')}`,
    );
    return () =>
      this.#change(async () => {
        this.#toxics.delete(name);
        await send('DELETE', `${this.#api}${path}/${name}`);
      });
  }

  #change(make: () => Promise<void>): Promise<void> {
    const change = this.#changes.then(() =>
      make().catch((error: unknown) => {
        if (!(error instanceof DOMException)) throw error;
        return this.#replace();
      }),
    );
    this.#changes = change.catch(() => undefined);
    return change;
  }

  /** The next one listens where the last one did, and is as it was to be. */
  async #replace(): Promise<void> {
    await this.#process.kill();
    const { process, api } = await startProcess(this.#world);
    this.#process = process;
    this.#api = api;
    for (const proxy of this.#proxies.values()) await send('POST', `${api}/proxies`, proxy);
    for (const { path, toxic } of this.#toxics.values()) await send('POST', api + path, toxic);
  }
}

async function startProcess(world: World): Promise<{ process: Role; api: string }> {
  const { toxiproxy, directory } = world.setting;
  if (toxiproxy === undefined) throw new Error('toxiproxy was not built');
  const port = await freePort();
  const process = new Role({
    command: [toxiproxy, '-host', '127.0.0.1', '-port', `${port}`],
    logFile: join(directory, 'toxiproxy.log'),
  });
  const api = `http://127.0.0.1:${port}`;
  for (let tries = 0; tries < 200; tries++) {
    if (await isThere(`${api}/version`)) return { process, api };
    await pause(50);
  }
  throw new Error('toxiproxy does not answer');
}

/** Throws a `DOMException` where it does not answer in time. */
async function send(method: 'POST' | 'DELETE', url: string, body?: object): Promise<void> {
  const answer = await fetch(url, {
    method,
    signal: AbortSignal.timeout(answersWithinMs),
    ...(body && { body: JSON.stringify(body) }),
  });
  if (!answer.ok) throw new Error(`toxiproxy: ${url}: ${await answer.text()}`);
}

async function isThere(url: string): Promise<boolean> {
  try {
    return (await fetch(url)).ok;
  } catch {
    return false;
  }
}
