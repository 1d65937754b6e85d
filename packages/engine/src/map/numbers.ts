/** Numbers that wait to be combined, by entry. Entries come in rising order. */
export interface Numbers {
  /** Numbers held: what a memory budget counts, 8 bytes each. */
  readonly used: number;
  /** A new entry with its first number. */
  begin(entry: number, value: number): void;
  /** A new entry that has none, and never will. */
  skip(entry: number): void;
  /** Adds to an entry; false, and nothing is added, if it has no numbers any more. */
  add(entry: number, value: number): boolean;
  count(entry: number): number;
  value(entry: number, index: number): number;
  /** The entry has `value` alone. */
  set(entry: number, value: number): void;
  /** The entry has no numbers any more. */
  drop(entry: number): void;
  /** Forgets everything and keeps the memory. */
  clear(): void;
}
