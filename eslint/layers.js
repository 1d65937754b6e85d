/** The rows of the architecture, top to bottom: a package imports only from rows below its own. */
const rows = [
  ['cli'],
  ['operator'],
  ['examples', 'simulation'],
  ['coordinator', 'worker'],
  ['controller-runtime'],
  ['engine', 'scheduler'],
  ['storage'],
  ['service'],
  ['protocol'],
  ['sdk'],
];

/** Where a package may import less than its row allows. */
const narrowed = /** @type {Record<string, string[]>} */ ({
  // The scheduler also runs in a browser, so it keeps clear of every adapter.
  scheduler: ['protocol', 'sdk'],
  // An example is what a user would write.
  examples: ['sdk'],
  // The operator speaks to coordinators through their routes alone.
  operator: ['controller-runtime', 'protocol', 'service', 'sdk'],
  // Serves any controller: it knows nothing of MapReduce.
  'controller-runtime': ['service'],
});

/** What stands outside the rows. `testing` is for tests, whatever package they belong to. */
const outside = /** @type {Record<string, string[]>} */ ({
  testing: rows.slice(rows.findIndex((row) => row.includes('worker'))).flat(),
  e2e: [...rows.flat(), 'testing'],
  bench: rows.flat(),
  scripts: rows.flat(),
});

/** @type {Map<string, readonly string[]>} each package or top folder, and what it may import */
export const mayImport = new Map(Object.entries(outside));
rows.forEach((row, index) => {
  const below = rows.slice(index + 1).flat();
  for (const name of row) mayImport.set(name, narrowed[name] ?? below);
});

/**
 * Tests, and what makes the values that they use.
 * @param {string} file
 */
export function isTest(file) {
  return /\.test\.tsx?$|\/testing\/[^/]+\.ts$|\/fixtures\.ts$/.test(file);
}

/** Files that see the world through ports alone. */
export const coreFiles = [
  'packages/scheduler/src/**/*.ts',
  'packages/engine/src/**/*.ts',
  'packages/sdk/src/**/*.ts',
  'packages/*/src/core/**/*.ts',
];
export const coreExceptions = ['**/*.test.ts', '**/*.bench.ts'];
