/** One part of a share: a command that ends by itself and closes with `N passed, N failed`. */
export interface Chunk {
  readonly args: readonly string[];
  /** How much of the share it is. */
  readonly units: number;
  /** Beyond it, it is ended and has failed. */
  readonly seconds: number;
}

/** What of the soak can be run, and resumed, on its own. */
export interface Share {
  readonly name: string;
  /** What `units` count. */
  readonly unit: string;
  readonly chunks: readonly Chunk[];
}

const minute = 60;

function share(
  name: string,
  unit: string,
  { total, each, seconds }: { readonly total: number; readonly each: number; seconds: number },
  args: (chunk: number, units: number) => readonly string[],
): Share {
  const chunks = Array.from({ length: total / each }, (_, chunk) => ({
    ...{ args: args(chunk, each), units: each, seconds },
  }));
  return { name, unit, chunks };
}

/** The full figures. Every chunk has seeds of its own; CI has the first ones of each share. */
export const shares: readonly Share[] = [
  share(
    ...(['integrity', 'damages', { total: 100_000, each: 10_000, seconds: 5 * minute }] as const),
    (chunk, flips) => [
      ...['e2e/soak/integrity/main.ts', '--flips', `${flips}`, '--seed', `${chunk + 1}`],
    ],
  ),
  share(
    ...(['fuzz', 'requests', { total: 1_000_000, each: 50_000, seconds: 10 * minute }] as const),
    (chunk, requests) => [
      ...['e2e/soak/fuzz/main.ts', '--requests', `${requests}`, '--seed', `${chunk + 1}`],
    ],
  ),
  // One process runs them all: that is the point.
  share(
    ...(['leak', 'runs', { total: 200, each: 200, seconds: 30 * minute }] as const),
    (_chunk, runs) => ['--expose-gc', 'e2e/soak/leak/main.ts', '--runs', `${runs}`],
  ),
  share(
    ...(['simulation', 'seeds', { total: 200_000, each: 2_000, seconds: 20 * minute }] as const),
    (chunk, seeds) => {
      const first = 1 + chunk * seeds;
      return ['packages/simulation/src/main.ts', '--seeds', `${seeds}`, '--seed', `${first}`];
    },
  ),
  share(
    ...(['chaos', 'minutes', { total: 30, each: 5, seconds: 10 * minute }] as const),
    (chunk, minutes) => {
      // A run a seed, and no chunk comes to a thousand.
      const first = 1 + chunk * 1_000;
      return ['e2e/chaos/main.ts', '--minutes', `${minutes}`, '--seed', `${first}`];
    },
  ),
];
