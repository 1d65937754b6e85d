import { parseSize } from '@mapreduce/protocol';
import type { Resources } from '@mapreduce/protocol/resource';

const mib = 2 ** 20;
const name = 'ephemeral-storage';

/** Of what a pod's volumes may take, few jobs take much: so much of it is kept free on its node. */
const share = 0.1;

/**
 * The resources with a request for the node's disk, where they do not speak of it themselves: the
 * scheduler knows nothing of the sizes of emptyDirs.
 */
export function withDiskRequest(resources: Resources, emptyDirs: readonly string[]): Resources {
  const { requests, limits } = resources;
  if (requests?.[name] !== undefined || limits?.[name] !== undefined) return resources;
  const bytes = emptyDirs.reduce((sum, size) => sum + parseSize(size), 0);
  const request = `${Math.ceil((bytes * share) / mib)}Mi`;
  return { ...resources, requests: { ...requests, [name]: request } };
}
