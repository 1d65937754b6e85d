import type { Bug } from '../bug.ts';

export const bug: Bug = {
  breaks: 'A lease is free as soon as its holder has another clock.',
  file: 'packages/controller-runtime/src/core/leader-elector.ts',
  find: 'now >= this.#seen.at + leaseMs',
  replace: "this.#options.clock.wall() >= Date.parse(lease.spec?.renewTime ?? '') + leaseMs",
  caughtBy: {
    file: 'packages/controller-runtime/src/core/leader-elector.test.ts',
    name: 'no time that a holder writes is believed: only what is seen to change counts',
  },
};
