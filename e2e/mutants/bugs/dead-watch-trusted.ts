import type { Bug } from '../bug.ts';

export const bug: Bug = {
  breaks: 'A watch that tells nothing is waited for as long as the server lets it.',
  file: 'packages/controller-runtime/src/core/reflector.ts',
  find: 'const arm = () => this.#options.clock.after(this.#settings.idleMs, linked.abort);',
  replace: 'const arm = () => this.#options.clock.after(1e9, linked.abort);',
  caughtBy: {
    file: 'packages/controller-runtime/src/core/reflector.test.ts',
    name: 'a watch that tells nothing is taken for dead, and begun anew without a list',
  },
};
