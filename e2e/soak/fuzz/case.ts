import type { SeededRandom } from '@mapreduce/service/virtual';
import type { Facts, RouteEntry, Target } from './routes.ts';
import type { Exchange } from './wire.ts';

/** A malformed request, and what may become of it. */
export interface Case extends Exchange {
  /** What is wrong with it. */
  readonly what: string;
  readonly target: Target;
  /** Statuses it may be answered with. */
  readonly statuses: readonly number[];
  /** Whether the server may end the connection without an answer. */
  readonly mayClose: boolean;
}

/** A kind of fault, and how many of a hundred requests have it. */
export interface Kind {
  readonly name: string;
  readonly share: number;
  readonly make: (facts: Facts, random: SeededRandom) => Case;
}

/** A well-framed request, answered once. */
export function framed(
  route: RouteEntry,
  what: string,
  bytes: Buffer,
  statuses: readonly number[],
): Case {
  return {
    ...{ what: `${route.name}: ${what}`, target: route.target, chunks: [bytes], answers: 1 },
    ...{ head: false, then: 'keep', statuses, mayClose: false },
  };
}
