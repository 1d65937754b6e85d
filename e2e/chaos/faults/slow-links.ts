import { configure, hostName, type Host } from '../world/network.ts';
import type { Toxiproxy } from '../toxiproxy/proxy.ts';
import type { WorkerControl } from '../world/worker-control.ts';
import type { World } from '../world/world.ts';

/** The proxy through which a worker calls the coordinator. */
export function coordinatorProxy({ place }: WorkerControl): string {
  return `coordinator-of-${hostName(place.host)}`;
}

/** Has every worker call the coordinator through a proxy each; to be done before they start. */
export async function proxyCoordinator(world: World, proxies: Toxiproxy): Promise<string[]> {
  const { host, port } = world.coordinator.config.listen;
  const names: string[] = [];
  for (const worker of world.workers) {
    const name = coordinatorProxy(worker);
    worker.coordinator = `http://${await proxies.proxy(name, `${host}:${port}`)}`;
    names.push(name);
  }
  return names;
}

/** Sends what others fetch from a worker through a proxy; needs namespaces. */
export async function proxyShuffle(
  world: World,
  proxies: Toxiproxy,
  holder: Host,
  port: number,
): Promise<string> {
  const name = `segments-of-${hostName(holder)}`;
  const listen = await proxies.proxy(name, `${holder.address}:${port}`);
  const clients = world.workers.filter(({ place }) => place.host !== holder);
  for (const { place } of clients) {
    const nft = (command: string) =>
      configure('ip', 'netns', 'exec', hostName(place.host), 'nft', ...command.split(' '));
    nft('add table ip detour');
    nft('add chain ip detour output { type nat hook output priority -100 ; }');
    nft(`add rule ip detour output ip daddr ${holder.address} tcp dport ${port} dnat to ${listen}`);
  }
  return name;
}
