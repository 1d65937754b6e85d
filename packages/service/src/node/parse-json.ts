/** No message nests deeper; V8 takes seconds for a body of brackets alone. */
const deepest = 32;

const [quote, backslash] = [0x22, 0x5c];
const [openList, closeList, openObject, closeObject] = [0x5b, 0x5d, 0x7b, 0x7d];

/**
 * Parses JSON text that a peer sent. Throws `SyntaxError` for what is no JSON, is not UTF-8 (nothing
 * is replaced by U+FFFD) or nests more than 32 deep.
 */
export function parseJson(bytes: Uint8Array): unknown {
  if (depthExceeds(bytes, deepest)) throw new SyntaxError(`nests more than ${deepest} deep`);
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new SyntaxError('not UTF-8', { cause });
  }
  return JSON.parse(text) as unknown;
}

/** Counts brackets outside strings; of text that is no JSON it may say either. */
function depthExceeds(bytes: Uint8Array, limit: number): boolean {
  let depth = 0;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at];
    if (byte === quote) {
      for (at++; at < bytes.length && bytes[at] !== quote; at++) {
        if (bytes[at] === backslash) at++;
      }
    } else if (byte === openList || byte === openObject) {
      if (++depth > limit) return true;
    } else if (byte === closeList || byte === closeObject) depth--;
  }
  return false;
}
