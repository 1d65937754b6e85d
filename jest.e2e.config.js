import { base } from './jest.config.js';

/**
 * Real processes on loopback: one test file at a time, since each brings several processes along.
 * @type {import('jest').Config}
 */
export default {
  ...base,
  testMatch: ['<rootDir>/e2e/local/**/*.test.ts', '<rootDir>/examples/**/*.test.ts'],
  globalSetup: '<rootDir>/e2e/local/support/build.js',
  maxWorkers: 1,
  testTimeout: 60_000,
};
