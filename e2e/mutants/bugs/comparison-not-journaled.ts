import type { Bug } from '../bug.ts';

export const bug: Bug = {
  breaks: 'That outputs of a map differ is forgotten when the coordinator restarts.',
  file: 'packages/coordinator/src/core/audit/audits.ts',
  find: "void journal.append({ kind: 'audited', ...audit });",
  replace: 'facts.debug(describeAudit(audit), { counts: audit.counts });',
  caughtBy: {
    file: 'packages/coordinator/src/core/audit/audits.test.ts',
    name: 'a map that ran again and gave other records is remembered over a restart, where reduces that may hold the former are not taken back',
  },
};
