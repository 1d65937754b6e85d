import { lookup as dnsLookup, type LookupAddress } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';

let refused: BlockList | undefined;

/**
 * Addresses that no input is read from: link-local ones, among which clouds put what they tell a machine
 * of itself, its credentials included, and those of that kind that lie elsewhere. Made at the first
 * question: it has Node load its network, and most processes ask none.
 */
function refusedAddresses(): BlockList {
  if (refused !== undefined) return refused;
  refused = new BlockList();
  refused.addSubnet('169.254.0.0', 16, 'ipv4');
  refused.addAddress('100.100.100.200', 'ipv4');
  refused.addAddress('168.63.129.16', 'ipv4');
  refused.addSubnet('fe80::', 10, 'ipv6');
  refused.addAddress('fd00:ec2::254', 'ipv6');
  refused.addAddress('fd20:ce::254', 'ipv6');
  // The same IPv4 range, as a network that translates addresses writes it.
  refused.addSubnet('64:ff9b::a9fe:0', 112, 'ipv6');
  return refused;
}

/** Finds all addresses of a name, as `dns.lookup` does; beside an error there are none. */
export type ResolveAll = (
  name: string,
  options: { readonly all: true },
  callback: (error: NodeJS.ErrnoException | null, addresses?: LookupAddress[]) => void,
) => void;

export const resolveAll: ResolveAll = (name, options, callback) =>
  dnsLookup(name, options, callback);

/** Throws where the URL's host is itself an address that no input is read from. */
export function checkHost({ hostname }: URL): void {
  const address = hostname.replace(/^\[|\]$/g, '');
  if (isIP(address) !== 0) checkAddress(address);
}

/**
 * Looks names up for connections, and refuses a name that leads to such an address. The connection goes to
 * the very address that was checked: what the name leads to a moment later does not matter.
 */
export function guardedLookup(resolve: ResolveAll): LookupFunction {
  return (name, options, callback) => {
    resolve(name, { ...options, all: true }, (error, addresses = []) => {
      const [first] = addresses;
      const fault = error ?? faultOf(addresses);
      if (fault !== undefined || first === undefined) {
        callback(fault ?? new Error(`${name}: has no address`), '');
      } else if (options.all === true) callback(null, addresses);
      else callback(null, first.address, first.family);
    });
  };
}

function faultOf(addresses: readonly LookupAddress[]): Error | undefined {
  try {
    for (const { address } of addresses) checkAddress(address);
    return undefined;
  } catch (error) {
    return error as Error;
  }
}

function checkAddress(address: string): void {
  if (!refusedAddresses().check(address, isIP(address) === 4 ? 'ipv4' : 'ipv6')) return;
  throw new Error(
    `${address} is a link-local address, or one by which a cloud tells a machine its credentials; ` +
      'inputs are not read from there',
  );
}
