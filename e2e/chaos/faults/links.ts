import { configure, hostName, linkName, type Host } from '../world/network.ts';
import type { World } from '../world/world.ts';

/** Undoes a fault. */
export type Heal = () => void;

/** Takes a host off the network: what it sends and what is sent to it is lost. */
export function cutLink({ setting: { recorder } }: World, host: Host): Heal {
  configure('ip', 'link', 'set', linkName(host), 'down');
  recorder.fired('cut link', hostName(host));
  return () => void configure('ip', 'link', 'set', linkName(host), 'up');
}

/** Packets that a rule drops. */
export interface Drops {
  readonly heal: Heal;
  /** So far; only before it is healed. */
  readonly count: () => number;
}

/** Between two hosts alone nothing goes through; everybody else reaches both. */
export function cutPair({ setting: { recorder } }: World, a: Host, b: Host): Drops {
  const drops = dropInput(a, `ip saddr ${b.address}`);
  recorder.fired('cut pair', `${hostName(a)} and ${hostName(b)}`);
  return drops;
}

/** Loses that share of the packets that come to a host, each by chance. */
export function loosePackets({ setting: { recorder } }: World, host: Host, percent: number): Drops {
  const drops = dropInput(host, `numgen random mod 100 < ${percent}`);
  recorder.fired('lossy link', `${hostName(host)} loses ${percent} %`);
  return drops;
}

let tables = 0;

/** Drops what comes to a host and matches, by a table of its own. */
function dropInput(host: Host, match: string): Drops {
  const table = `chaos${++tables}`;
  const nft = (command: string) =>
    configure('ip', 'netns', 'exec', hostName(host), 'nft', ...command.split(' '));
  nft(`add table inet ${table}`);
  nft(`add chain inet ${table} input { type filter hook input priority 0 ; }`);
  nft(`add rule inet ${table} input ${match} counter drop`);
  return {
    heal: () => void nft(`delete table inet ${table}`),
    count: () => {
      const [, packets] = /packets (\d+)/.exec(nft(`list table inet ${table}`)) ?? [];
      return Number(packets);
    },
  };
}
