import {
  nodes as nodeResource,
  type ApiClient,
  type Informer,
  type KubeObject,
} from '@mapreduce/controller-runtime';
import { noNodeFacts, type NodeFact, type NodeFacts } from '../node-facts.ts';
import { nodeFact } from '../views/node-view.ts';

/** What holds of a machine that the cluster does not know any more. */
const goneNode: NodeFact = { type: '', zone: '', ready: false, draining: false, gone: true };

/** Finds out about the nodes of these names. */
export type NodeSource = (names: readonly string[], signal: AbortSignal) => Promise<NodeFacts>;

/** For an operator that may not read nodes. */
export const noNodes: NodeSource = () => Promise.resolve(noNodeFacts);

/**
 * Facts out of the Node objects that are followed. A cache may be late, and what is thought gone is
 * replaced without being waited for: a node that it does not show is asked for.
 */
export function cachedNodes({ cache }: Informer<KubeObject>, client: ApiClient): NodeSource {
  return async (names, signal) => {
    const look = async (name: string): Promise<[string, NodeFact]> => {
      const node = cache.get({ name }) ?? (await client.get(nodeResource, { name }, { signal }));
      return [name, node === undefined ? goneNode : nodeFact(node)];
    };
    const facts = new Map(await Promise.all([...new Set(names)].map(look)));
    return { of: (name) => facts.get(name) };
  };
}
