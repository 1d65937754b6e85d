import type { Bug } from '../bug.ts';

export const bug: Bug = {
  breaks: 'One route, cancel, serves whoever asks.',
  file: 'packages/coordinator/src/node/control-plane.ts',
  find: 'await authorize(request, options.authenticator, role);',
  replace: "if (name !== 'cancel') await authorize(request, options.authenticator, role);",
  caughtBy: {
    file: 'packages/coordinator/src/node/main.test.ts',
    name: 'every route POST /v1/cancel refuses all tokens but that of control',
  },
};
