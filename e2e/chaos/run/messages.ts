import type { Measured } from '../figures/figure.ts';
import type { FiredFault } from '../world/recorder.ts';

/** What a run is to do: a fixed case, by name, or a random one, by seed. */
export type Order = { readonly toxiproxy: string | undefined } & (
  | { readonly kind: 'case'; readonly name: string }
  | { readonly kind: 'random'; readonly seed: number }
  | { readonly kind: 'figure'; readonly name: string; readonly disturbed: boolean }
);

/** An order, and what the process that carries it out must know beside. */
export type GivenOrder = Order & { readonly directory: string; readonly isIsolated: boolean };

/** What a run tells, a line of JSON each. */
export type Report =
  | { readonly kind: 'fault'; readonly fault: FiredFault }
  | { readonly kind: 'measured'; readonly measured: Measured }
  | { readonly kind: 'note'; readonly text: string }
  | { readonly kind: 'end'; readonly error?: string };
