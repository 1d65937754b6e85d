import type { Setting } from '../world/world.ts';

/** What one run gave. */
export interface Measured {
  /** From the coordinator's start to the job's end. */
  readonly seconds: number;
  /** From when what was killed was started again until it was of use; 0 where nothing was. */
  readonly restartSeconds: number;
  /** Tasks that were done from beginning to end more than once. */
  readonly redoneTasks: number;
  /** Records and keys that were worked at more than once, those of such tasks included. */
  readonly redoneRecords: number;
}

/** How much longer the disturbed run may take: of the calm one, or in seconds beside its restart. */
export type Bar =
  | { readonly percent: number }
  | {
      readonly seconds: number;
      /** Tasks that any disturbed run may do more than once. */
      readonly redoneTasks: number;
    };

/** What a fault costs: a run with it beside one without. */
export interface Figure {
  readonly name: string;
  readonly title: string;
  readonly bar: Bar | undefined;
  readonly measure: (setting: Setting, disturbed: boolean) => Promise<Measured>;
}
