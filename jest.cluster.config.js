import { base } from './jest.config.js';

const isFull = process.env['MAPREDUCE_E2E_FULL'] === '1';

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
  // What takes too long for every run.
  testPathIgnorePatterns: ['/node_modules/', ...(isFull ? [] : ['\\.full\\.test\\.ts$'])],
  globalSetup: '<rootDir>/e2e/cluster/setup.js',
  testTimeout: 240_000,
};
