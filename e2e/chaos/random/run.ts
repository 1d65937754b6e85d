import { proxyCoordinator } from '../faults/slow-links.ts';
import { smallDisk } from '../faults/full-disk.ts';
import { Toxiproxy } from '../toxiproxy/proxy.ts';
import { pause, World, type Setting } from '../world/world.ts';
import { Inflictor } from './inflict.ts';
import { randomPlan } from './plan.ts';

const diskBytes = 16 * 2 ** 20;
/** After the last fault is healed a worker may still have to be found dead, and its work redone. */
const endsWithinMs = 120_000;

/** One job under random faults, all of which heal; throws unless it ends with the right output. */
export async function randomRun(
  setting: Setting,
  seed: number,
  note: (text: string) => void,
): Promise<void> {
  const { isIsolated } = setting.network;
  const hasProxies = setting.toxiproxy !== undefined;
  const { options, faults } = randomPlan(seed, { links: isIsolated, proxies: hasProxies });
  const { workers, slots, sink, shape, settings } = options;
  note(JSON.stringify({ workers, slots, sink, ...shape, ...settings }));
  const world = await World.start(setting, { ...options, isIdle: true });
  if (isIsolated) {
    for (const { place } of world.workers) smallDisk(place.directory, diskBytes);
  }
  const proxies = hasProxies ? await Toxiproxy.start(world) : undefined;
  if (proxies !== undefined) await proxyCoordinator(world, proxies);
  const inflictor = new Inflictor(world, proxies);
  inflictor.startAll();
  const watch = setInterval(() => inflictor.revive(note), 200);
  try {
    await Promise.all(
      faults.map(async (fault) => {
        await pause(fault.atMs);
        await inflictor.inflict(fault);
      }),
    );
    await world.when('the job ends', ({ state }) => state === 'succeeded', endsWithinMs);
  } finally {
    clearInterval(watch);
  }
  await world.finish();
}
