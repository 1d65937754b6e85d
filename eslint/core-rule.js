import { builtinModules } from 'node:module';
import { visitModuleSources } from './module-sources.js';

/**
 * Keeps Node.js out of the cores, so that the simulator and a browser run the very same code.
 * @type {import('eslint').Rule.RuleModule}
 */
export const coreImportsRule = {
  meta: {
    type: 'problem',
    schema: [],
    messages: { builtin: '{{source}} belongs to Node.js: a core reaches the world through ports.' },
  },
  create: (context) =>
    visitModuleSources((source, node) => {
      const builtin = source.startsWith('node:') || builtinModules.includes(source);
      if (builtin || source === '@mapreduce/service/node') {
        context.report({ node, messageId: 'builtin', data: { source } });
      }
    }),
};

const viaPort = (/** @type {string} */ port) => `A core uses the ${port} port instead.`;

/** Globals by which a core would reach the world, with what to use instead. */
export const coreGlobals = [
  ...['Date', 'performance', 'setTimeout', 'setInterval', 'setImmediate'].map((name) => ({
    name,
    message: viaPort('Clock'),
  })),
  { name: 'crypto', message: viaPort('Random or Digest') },
  { name: 'fetch', message: viaPort('Transport') },
  { name: 'Buffer', message: 'A core uses Uint8Array instead.' },
  ...['process', 'console', 'global', 'globalThis'].map((name) => ({
    name,
    message: 'A core reaches the world through ports.',
  })),
];

export const coreProperties = [
  { object: 'Math', property: 'random', message: viaPort('Random') },
  { object: 'AbortSignal', property: 'timeout', message: viaPort('Clock') },
];
