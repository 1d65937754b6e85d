/** In-memory adapters: for tests, the simulator and a page in a browser. No `node:` here. */
export * from './memory-disk.ts';
export * from './no-commands.ts';
export * from './seeded-random.ts';
export * from './settle.ts';
export * from './virtual-clock.ts';
