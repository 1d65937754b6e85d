import type { DigestHex, JobSettings, Split } from '@mapreduce/protocol';
import type { Digest } from '@mapreduce/service';
import { toHex } from './hex.ts';

/**
 * JSON with the members of every object in code-unit order and without white space: one text for
 * one value.
 */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_name, member: unknown) => {
    if (typeof member !== 'object' || member === null || Array.isArray(member)) return member;
    const members = Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1));
    return Object.fromEntries(members);
  });
}

/** What commit records and segments are of: sha256 of the settings, the program's digest included. */
export function settingsDigest(digest: Digest, settings: JobSettings): DigestHex {
  return toHex(digest.of(new TextEncoder().encode(canonicalJson(settings))));
}

/**
 * What a split is, wherever it stands in the plan: sha256 of all it says but its index. With the
 * digest of the settings it says what a map's output was made of.
 */
export function splitDigest(digest: Digest, { index: _, ...content }: Split): DigestHex {
  return toHex(digest.of(new TextEncoder().encode(canonicalJson(content))));
}
