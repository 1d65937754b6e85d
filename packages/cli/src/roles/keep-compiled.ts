import { flushCompileCache } from 'node:module';

/** By then a role has started, and most of what it runs is compiled. */
const STARTED_MS = 100;

/**
 * Has Node keep what it compiled for the next start. It would do so at a process's end, but a role
 * is ended by SIGKILL.
 */
export function keepCompiled(): void {
  setTimeout(flushCompileCache, STARTED_MS).unref();
}
