/** What a check of all cases came to. */
export interface Exhausted {
  readonly runs: number;
  /** What went wrong, each with its case. */
  readonly problems: readonly string[];
}
