import { execFileSync } from 'node:child_process';
import { createServer } from 'node:net';

/** Where a process runs. */
export interface Host {
  /** Its number, from 1 on, and its name. */
  readonly number: number;
  readonly address: string;
  /** Put before a command that is to run there. */
  readonly prefix: readonly string[];
}

/** The hosts of one run. */
export interface Network {
  /** Whether hosts are namespaces with links of their own that can be cut. */
  readonly isIsolated: boolean;
  readonly hosts: readonly Host[];
  /** An address of the harness's own that every host reaches. */
  readonly ownAddress: string;
  /** A port for a server of `host`, free on it. */
  port(host: Host, usual: number): Promise<number>;
}

/** Runs a command of iproute2 or nftables, and returns what it printed; throws if it failed. */
export function configure(command: string, ...args: readonly string[]): string {
  return execFileSync(command, args, { stdio: ['ignore', 'pipe', 'pipe'], encoding: 'utf8' });
}

/** The name of a host's namespace, and of the bridge's end of its link. */
export function hostName(host: Host): string {
  return `host${host.number}`;
}

export function linkName(host: Host): string {
  return `veth${host.number}`;
}

const ownAddress = '10.77.0.254';

/**
 * Hosts that are network namespaces on one bridge. To be called within namespaces (network, mount)
 * of its own, with which all of it goes.
 */
export function isolatedHosts(count: number): Network {
  configure('mount', '-t', 'tmpfs', 'tmpfs', '/run');
  configure('ip', 'link', 'set', 'lo', 'up');
  configure('ip', 'link', 'add', 'bridge0', 'type', 'bridge');
  configure('ip', 'link', 'set', 'bridge0', 'up');
  configure('ip', 'address', 'add', `${ownAddress}/24`, 'dev', 'bridge0');
  const hosts = Array.from({ length: count }, (_, index) => isolatedHost(index + 1));
  return {
    isIsolated: true,
    hosts,
    ownAddress,
    port: (_host, usual) => Promise.resolve(usual),
  };
}

function isolatedHost(number: number): Host {
  const address = `10.77.0.${number}`;
  const host: Host = { number, address, prefix: ['ip', 'netns', 'exec', `host${number}`] };
  const [name, link] = [hostName(host), linkName(host)];
  configure('ip', 'netns', 'add', name);
  configure('ip', 'link', 'add', link, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', name);
  configure('ip', 'link', 'set', link, 'master', 'bridge0', 'up');
  configure('ip', '-n', name, 'address', 'add', `${address}/24`, 'dev', 'eth0');
  configure('ip', '-n', name, 'link', 'set', 'eth0', 'up');
  configure('ip', '-n', name, 'link', 'set', 'lo', 'up');
  return host;
}

/** Hosts that are all this one, where namespaces cannot be made. */
export function loopbackHosts(count: number): Network {
  const address = '127.0.0.1';
  return {
    isIsolated: false,
    hosts: Array.from({ length: count }, (_, index) => ({
      number: index + 1,
      address,
      prefix: [],
    })),
    ownAddress: address,
    port: freePort,
  };
}

/** A port of loopback that nobody listens at now. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => {
        if (address === null || typeof address === 'string') reject(new Error('no port is free'));
        else resolve(address.port);
      });
    });
  });
}
