import { proxyCoordinator, proxyShuffle } from '../faults/slow-links.ts';
import { Toxiproxy } from '../toxiproxy/proxy.ts';
import { World } from '../world/world.ts';
import type { Case } from './case.ts';

/** Links that are slow, and connections that break in the middle. */
export const slowLinkCases: readonly Case[] = [
  {
    name: 'links-to-the-coordinator-have-300-ms-latency',
    needs: ['toxiproxy'],
    faults: 3,
    run: async (setting) => {
      const world = await World.start(setting, { isIdle: true, sink: 'volume' });
      const proxies = await Toxiproxy.start(world);
      const latency = { type: 'latency', attributes: { latency: 300, jitter: 100 } } as const;
      for (const name of await proxyCoordinator(world, proxies)) {
        await proxies.poison(name, latency, 'downstream');
      }
      world.startAll();
      await world.finish();
    },
  },
  {
    name: 'a-link-to-the-coordinator-carries-20-kb-a-second',
    needs: ['toxiproxy'],
    faults: 2,
    run: async (setting) => {
      const shape = { padding: 1_000, mapMs: 5 };
      const world = await World.start(setting, { isIdle: true, sink: 'volume', shape });
      const proxies = await Toxiproxy.start(world);
      const [first = ''] = await proxyCoordinator(world, proxies);
      const bandwidth = { type: 'bandwidth', attributes: { rate: 20 } } as const;
      await proxies.poison(first, bandwidth, 'downstream');
      await proxies.poison(first, bandwidth, 'upstream');
      world.startAll();
      await world.finish();
    },
  },
  {
    name: 'connections-to-the-coordinator-break-in-the-middle',
    needs: ['toxiproxy'],
    faults: 3,
    run: async (setting) => {
      const shape = { padding: 400 };
      const world = await World.start(setting, { isIdle: true, sink: 'volume', shape });
      const proxies = await Toxiproxy.start(world);
      // Somewhere in the fourth to tenth answer, that of an input or of a lease.
      const limit = { type: 'limit_data', attributes: { bytes: 9_000 } } as const;
      for (const name of await proxyCoordinator(world, proxies)) {
        await proxies.poison(name, limit, 'downstream', 0.5);
      }
      world.startAll();
      await world.finish();
    },
  },
  {
    name: 'segments-of-a-worker-break-in-the-middle',
    needs: ['toxiproxy', 'namespaces'],
    faults: 1,
    run: async (setting) => {
      const world = await World.start(setting, {
        isIdle: true,
        shape: { padding: 2_000, mapMs: 10 },
        settings: { compression: 'none' },
      });
      const proxies = await Toxiproxy.start(world);
      const { host, port } = world.worker(0).place;
      const name = await proxyShuffle(world, proxies, host, port);
      // All that a reducer asks of this worker is more.
      const limit = { type: 'limit_data', attributes: { bytes: 10_000 } } as const;
      await proxies.poison(name, limit, 'downstream', 0.7);
      world.startAll();
      await world.finish();
    },
  },
];
