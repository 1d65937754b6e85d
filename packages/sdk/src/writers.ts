/** How the pairs that `reduce` emits become bytes of a part. */
export type Writer =
  | { readonly kind: 'text' }
  | { readonly kind: 'ndjson' }
  | { readonly kind: 'fixed'; readonly length: number };

/**
 * `key<TAB>value` lines: strings as they are, bytes as base64, everything else as JSON. A key or
 * value that holds a line feed (or a key that holds a tab) is refused.
 */
export function textWriter(): Writer {
  return { kind: 'text' };
}

/** A JSON text a line: `{"key":…,"value":…}`. */
export function ndjsonWriter(): Writer {
  return { kind: 'ndjson' };
}

/** The bytes of key, then of value; together they must be exactly `length` bytes. */
export function fixedWriter(length: number): Writer {
  return { kind: 'fixed', length };
}
