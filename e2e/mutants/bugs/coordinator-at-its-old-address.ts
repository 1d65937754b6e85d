import type { Bug } from '../bug.ts';

export const bug: Bug = {
  breaks: 'A coordinator whose pod has come to another address is asked at the old one.',
  file: 'packages/operator/src/core/reconcile/reconciler.ts',
  find: 'if (!jsonEqual(contact, memory.talk?.contact)) {',
  replace: 'if (contact?.podUid !== memory.talk?.contact.podUid) {',
  caughtBy: {
    file: 'packages/operator/src/core/reconcile/operator.test.ts',
    name: 'the operator follows a coordinator to another address, as after a restart of its node',
  },
};
