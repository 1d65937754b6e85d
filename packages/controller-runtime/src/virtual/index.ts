/** In-memory adapters, for tests on a virtual clock. No `node:` here. */
export * from './memory-api.ts';
