import type { DigestHex, JobSettings, Plan, ProgramDescription, Split } from '@mapreduce/protocol';
import type { Digest } from '@mapreduce/service';
import { toHex } from './hex.ts';
import type { ListedInput } from './list-inputs.ts';

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

/** What a plan follows from, beside the settings. */
export interface PlanContent {
  readonly reader: ProgramDescription['reader'];
  readonly inputs: readonly ListedInput[];
  /** The cut points of a range partitioner, once they are found. */
  readonly bounds: readonly string[] | undefined;
}

/**
 * Which splits there are, and which partition a key goes to: sha256 of all that decides it beside the
 * settings. Parts of different plans do not belong together, even where the settings are the same.
 */
export function planDigest(digest: Digest, { reader, inputs, bounds }: PlanContent): DigestHex {
  const hash = digest.start();
  const encoder = new TextEncoder();
  const add = (value: unknown) => hash.update(encoder.encode(`${canonicalJson(value)}\n`));
  add({ reader, ...(bounds && { bounds }) });
  for (const { source, name, size, version, cuttable } of inputs) {
    add({ source, name, size, version, cuttable });
  }
  return toHex(hash.digest());
}

/**
 * What a map's output is made of beside settings and program: sha256 of all that its split says but its
 * index, which is its place in the plan alone. Where cut points decide which partition a record goes
 * to, the plan is part of it.
 */
export function splitDigest(
  digest: Digest,
  { index: _, ...content }: Split,
  plan?: Pick<Plan, 'bounds' | 'digest'>,
): DigestHex {
  const cut = plan?.bounds && { plan: plan.digest };
  return toHex(digest.of(new TextEncoder().encode(canonicalJson({ ...content, ...cut }))));
}
