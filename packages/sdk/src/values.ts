/**
 * What a program may emit as a value. Numbers are IEEE doubles (with one NaN), strings must be
 * well formed (no lone surrogates), objects are plain and keep insertion order. Anything else is
 * refused by the engine with an error that names it.
 */
export type Value =
  | null
  | boolean
  | number
  | string
  | Uint8Array
  | readonly Value[]
  | { readonly [name: string]: Value };

/** One component of a key. */
export type KeyPart = string | number | Uint8Array;

/**
 * What a program may emit as a key. Keys are ordered by their encoding: numbers numerically,
 * strings by UTF-8 bytes (not UTF-16 units), bytes lexicographically, tuples element by element.
 */
export type Key = KeyPart | readonly KeyPart[];
