import type { Bug } from '../bug.ts';

export const bug: Bug = {
  breaks:
    'An answer that does not declare its length is believed, and so is one that was cut short.',
  file: 'packages/service/src/node/transport.ts',
  find: "if (declared === undefined || response.headers['transfer-encoding'] !== undefined) {",
  replace: "if (declared === 'none') {",
  caughtBy: {
    file: 'packages/service/src/node/http.test.ts',
    name: 'bulk routes an answer of unknown length is refused',
  },
};
