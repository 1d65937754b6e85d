import type { Bug } from '../bug.ts';

export const bug: Bug = {
  breaks: 'An operator that cannot write an object does not listen to the coordinator either.',
  file: 'packages/operator/src/core/reconcile/reconciler.ts',
  find: `    await this.#talk(key, seen, plan, memory, signal);
    const outcome = await this.#applier.apply(seen, plan, memory, signal);
`,
  replace: `    const outcome = await this.#applier.apply(seen, plan, memory, signal);
    await this.#talk(key, seen, plan, memory, signal);
`,
  caughtBy: {
    file: 'packages/operator/src/core/reconcile/operator.test.ts',
    name: 'the operator hears the end of a job of which something cannot be made',
  },
};
