import type { Bug } from '../bug.ts';

export const bug: Bug = {
  breaks:
    'An input is read from the address by which a cloud tells a machine its credentials, if a name leads there.',
  file: 'packages/service/src/node/web-addresses.ts',
  find: 'const fault = error ?? faultOf(addresses);',
  replace: 'const fault = error ?? undefined;',
  caughtBy: {
    file: 'packages/service/src/node/web-addresses.test.ts',
    name: 'a name is refused that leads to such an address, among others too',
  },
};
