import { CoordinatorControl } from '../world/coordinator-control.ts';
import { configure, hostName, type Host } from '../world/network.ts';
import type { World } from '../world/world.ts';

/** A host that no worker of the run is on. */
export function spareHost(world: World): Host {
  const taken = new Set([world.coordinator.host, ...world.workers.map(({ place }) => place.host)]);
  const spare = world.setting.network.hosts.find((host) => !taken.has(host));
  if (spare === undefined) throw new Error('every host is taken');
  return spare;
}

/** Starts a second coordinator of the same job, on the same state and output, at another address. */
export async function startSecond(world: World): Promise<CoordinatorControl> {
  const { setting, coordinator } = world;
  const host = spareHost(world);
  const { config } = coordinator;
  const port = await setting.network.port(host, config.listen.port);
  const listen = { host: host.address, port };
  const second = new CoordinatorControl(host, { ...config, listen }, setting.directory);
  second.start();
  setting.recorder.fired('second coordinator', second.url);
  return second;
}

/**
 * Starts a successor under the coordinator's own address, which moves to a spare host; the old
 * process lives on, out of reach. Needs namespaces.
 */
export function supersede(world: World): void {
  const { coordinator, setting } = world;
  const host = spareHost(world);
  const { address } = coordinator.host;
  const within = (name: string, ...args: readonly string[]) => configure('ip', '-n', name, ...args);
  within(hostName(coordinator.host), 'address', 'del', `${address}/24`, 'dev', 'eth0');
  within(hostName(host), 'address', 'add', `${address}/24`, 'dev', 'eth0');
  for (const other of setting.network.hosts) {
    within(hostName(other), 'neigh', 'flush', 'dev', 'eth0');
  }
  configure('ip', 'neigh', 'flush', 'dev', 'bridge0');
  coordinator.start({ host });
  setting.recorder.fired('second coordinator', `${address} moves to ${hostName(host)}`);
}
