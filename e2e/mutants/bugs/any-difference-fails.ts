import type { Bug } from '../bug.ts';

export const bug: Bug = {
  breaks:
    'A job fails where a map gives other records, though no part is committed of the former ones.',
  file: 'packages/coordinator/src/core/audit/audits.ts',
  find: 'if (audit.counts) this.#redo(asked.map, asked.root);',
  replace:
    "if (audit.counts) this.#options.onFailure(failedByMap(audit, mixedOutput(audit, ['part-00000'])));",
  caughtBy: 'simulator',
};
