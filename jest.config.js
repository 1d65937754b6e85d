/** @type {import('jest').Config} */
export const base = {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '\\.ts$': [
      '@swc/jest',
      {
        jsc: { target: 'es2024', parser: { syntax: 'typescript' } },
        module: { type: 'es6' },
        sourceMaps: 'inline',
      },
    ],
  },
  // Fixtures are programs that tests run, never tests.
  testPathIgnorePatterns: ['/node_modules/', '/fixtures/'],
};

/**
 * Every core has a worker: jest would spare one, and with it half of a machine that has two. What waits
 * for processes of its own has time enough, then, on a machine that is busy.
 * @type {import('jest').Config}
 */
export default {
  ...base,
  maxWorkers: '100%',
  testTimeout: 30_000,
  testMatch: [
    '<rootDir>/packages/**/*.test.ts',
    '<rootDir>/eslint/**/*.test.ts',
    '<rootDir>/scripts/**/*.test.ts',
    '<rootDir>/e2e/chaos/**/*.test.ts',
    '<rootDir>/e2e/mutants/**/*.test.ts',
    '<rootDir>/e2e/soak/**/*.test.ts',
  ],
  // What needs the programs that come with a cluster.
  testPathIgnorePatterns: ['/node_modules/', '/fixtures/', '\\.cluster\\.test\\.ts$'],
};
