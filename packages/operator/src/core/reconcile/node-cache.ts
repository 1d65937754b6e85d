import type { Informer, KubeObject } from '@mapreduce/controller-runtime';
import type { NodeFacts } from '../node-facts.ts';
import { nodeFact } from '../views/node-view.ts';

/** Facts out of the Node objects that are followed. A node that has no object any more is gone. */
export function cachedNodes({ cache }: Informer<KubeObject>): NodeFacts {
  return {
    of(name) {
      const node = cache.get({ name });
      if (node !== undefined) return nodeFact(node);
      return { type: '', zone: '', ready: false, draining: false, gone: true };
    },
  };
}
