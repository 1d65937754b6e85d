import { base } from './jest.config.js';

const isFull = process.env['MAPREDUCE_E2E_FULL'] === '1';
// Nodes of somebody else's cluster are not powered off.
const canBreakNodes = process.env['MAPREDUCE_E2E_MINICLUSTER'] === '1';

/**
 * A real cluster, on which one file at a time breaks what it likes; `npm run e2e` starts it.
 * @type {import('jest').Config}
 */
export default {
  ...base,
  testMatch: [
    '<rootDir>/e2e/cluster/*.test.ts',
    '<rootDir>/{packages,scripts}/**/*.cluster.test.ts',
  ],
  testPathIgnorePatterns: [
    '/node_modules/',
    // What takes too long for every run.
    ...(isFull ? [] : ['\\.full\\.test\\.ts$']),
    ...(canBreakNodes ? [] : ['/e2e/cluster/nodes\\.test\\.ts$']),
  ],
  globalSetup: '<rootDir>/e2e/cluster/setup.js',
  testTimeout: 240_000,
};
