import type { Case } from '../cases/case.ts';
import { faketimeLibrary } from '../faults/clock.ts';
import { buildToxiproxy } from '../toxiproxy/build.ts';

/** By what a case may need: why it is not to be had here; undefined where it is. */
export interface Tools {
  readonly namespaces: Promise<string | undefined>;
  readonly mounts: Promise<string | undefined>;
  readonly faketime: Promise<string | undefined>;
  readonly toxiproxy: Promise<string | undefined>;
  readonly toxiproxyPath: Promise<string | undefined>;
}

/** Begins to build what has to be built, if one of the cases needs it. */
export function findTools(isIsolated: boolean, cases: readonly Case[]): Tools {
  const isolation = isIsolated ? undefined : 'namespaces cannot be made here';
  const isNeeded = cases.some(({ needs }) => needs?.includes('toxiproxy'));
  const built = isNeeded ? buildToxiproxy() : Promise.reject(new Error('not asked for'));
  return {
    namespaces: Promise.resolve(isolation),
    mounts: Promise.resolve(isolation),
    faketime: Promise.resolve(
      faketimeLibrary() === undefined ? "Debian's package faketime is not installed" : undefined,
    ),
    toxiproxy: built.then(
      () => undefined,
      (error: unknown) => String(error),
    ),
    toxiproxyPath: built.catch(() => undefined),
  };
}
