import { FormatError } from '../records.ts';

/** A multiple of three, so that chunks join without padding. */
const chunk = 3 * 4096;

/** Bytes as base64 (RFC 4648, with padding). */
export function toBase64(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += chunk) {
    text += btoa(String.fromCharCode(...bytes.subarray(at, at + chunk)));
  }
  return text;
}

/** The bytes of a base64 text, as `toBase64` makes it. Throws `FormatError` for anything else. */
export function fromBase64(text: string): Uint8Array {
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text) || text.length % 4 !== 0) {
    throw new FormatError('expected base64');
  }
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let index = 0; index < binary.length; index++) bytes[index] = binary.charCodeAt(index);
  return bytes;
}
