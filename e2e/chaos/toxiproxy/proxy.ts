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

/** A running toxiproxy, in the harness's own namespace. */
export class Toxiproxy {
  readonly #api: string;
  readonly #world: World;
  #toxics = 0;

  private constructor(api: string, world: World) {
    this.#api = api;
    this.#world = world;
  }

  static async start(world: World): Promise<Toxiproxy> {
    const { toxiproxy, directory } = world.setting;
    if (toxiproxy === undefined) throw new Error('toxiproxy was not built');
    const port = await freePort();
    new Role({
      command: [toxiproxy, '-host', '127.0.0.1', '-port', `${port}`],
      logFile: join(directory, 'toxiproxy.log'),
    });
    const api = `http://127.0.0.1:${port}`;
    for (let tries = 0; tries < 200; tries++) {
      if (await isThere(`${api}/version`)) return new Toxiproxy(api, world);
      await pause(50);
    }
    throw new Error('toxiproxy does not answer');
  }

  /** Lets clients reach `upstream` (host:port) by another address; returns it. */
  async proxy(name: string, upstream: string): Promise<string> {
    const { ownAddress } = this.#world.setting.network;
    const listen = `${ownAddress}:${await freePort()}`;
    await this.#post('/proxies', { name, listen, upstream, enabled: true });
    return listen;
  }

  /** Makes a proxy's connections bad, those that are open and those to come; returns how to stop. */
  async poison(
    proxy: string,
    toxic: Toxic,
    stream: Direction,
    toxicity = 1,
  ): Promise<() => Promise<void>> {
    const name = `toxic-${++this.#toxics}`;
    const path = `/proxies/${proxy}/toxics`;
    await this.#post(path, { name, stream, toxicity, ...toxic });
    const isCut = toxic.type === 'limit_data' || toxic.type === 'reset_peer';
    const figures = Object.entries(toxic.attributes).map(([key, value]) => `${key} ${value}`);
    this.#world.setting.recorder.fired(
      isCut ? 'cut connection' : 'slow link',
      `${proxy} ${stream}: ${figures.join(', ')}`,
    );
    return async () => {
      await fetch(`${this.#api}${path}/${name}`, { method: 'DELETE' });
    };
  }

  async #post(path: string, body: unknown): Promise<void> {
    const answer = await fetch(this.#api + path, { method: 'POST', body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(`toxiproxy: ${path}: ${await answer.text()}`);
  }
}

async function isThere(url: string): Promise<boolean> {
  try {
    return (await fetch(url)).ok;
  } catch {
    return false;
  }
}
