/** In-memory adapters, for tests on a virtual clock. No `node:` here. */
export * from './intercepted-client.ts';
export * from './memory-api.ts';
