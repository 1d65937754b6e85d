import { base } from './jest.config.js';

/**
 * Real processes on loopback: two test files at a time, since each brings several processes along,
 * which wait more than they compute.
 * @type {import('jest').Config}
 */
export default {
  ...base,
  testMatch: ['<rootDir>/e2e/local/**/*.test.ts', '<rootDir>/examples/**/*.test.ts'],
  globalSetup: '<rootDir>/e2e/local/support/build.js',
  maxWorkers: 2,
  testTimeout: 60_000,
};
