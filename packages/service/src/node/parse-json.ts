/** No message nests deeper; V8 takes seconds for a body of brackets alone. */
const deepest = 32;
/** No message has larger objects; keys that look like integers cost V8 seconds (CVE-2026-21717). */
const mostMembers = 1_024;

const [quote, backslash, comma] = [0x22, 0x5c, 0x2c];
const [openList, closeList, openObject, closeObject] = [0x5b, 0x5d, 0x7b, 0x7d];

/**
 * Parses JSON text that a peer sent. Throws `SyntaxError` for what is no JSON, is not UTF-8 (nothing
 * is replaced by U+FFFD), nests more than 32 deep or has an object of more than 1,024 members.
 */
export function parseJson(bytes: Uint8Array): unknown {
  checkShape(bytes);
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new SyntaxError('not UTF-8', { cause });
  }
  return JSON.parse(text) as unknown;
}

/** Throws for what is too deep or too wide; whether it is JSON at all is not its affair. */
function checkShape(bytes: Uint8Array): void {
  let depth = 0;
  /** By depth: commas of the object so far; of a list -Infinity for ever. */
  const commas = new Float64Array(deepest + 1);
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at];
    if (byte === quote) {
      for (at++; at < bytes.length && bytes[at] !== quote; at++) {
        if (bytes[at] === backslash) at++;
      }
    } else if (byte === openList || byte === openObject) {
      if (++depth > deepest) throw new SyntaxError(`nests more than ${deepest} deep`);
      commas[depth] = byte === openList ? -Infinity : 0;
    } else if (byte === closeList || byte === closeObject) {
      depth = Math.max(0, depth - 1);
    } else if (byte === comma) {
      const members = (commas[depth] ?? 0) + 1;
      commas[depth] = members;
      if (members >= mostMembers) throw new SyntaxError(`an object of over ${mostMembers} members`);
    }
  }
}
