/** Randomness. Cores know no other. */
export interface Random {
  /** `digits` lower-case hex digits. */
  hex(digits: number): string;
  /** A number in [0, 1). */
  float(): number;
}
