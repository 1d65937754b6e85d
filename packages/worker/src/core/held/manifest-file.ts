import {
  digestSchema,
  heldOutputSchema,
  type DigestHex,
  type HeldOutput,
} from '@mapreduce/protocol';
import { joinPath, type Digest, type Disk } from '@mapreduce/service';
import { canonicalJson, toHex } from '@mapreduce/storage';

const version = 1;

/** What a held output's manifest says (docs/formats.md). */
export interface HeldManifest {
  /** The settings and program that it is an output of. */
  readonly jobDigest: DigestHex;
  readonly output: HeldOutput;
}

function pathIn(directory: string): string {
  return joinPath(directory, 'manifest');
}

/**
 * Writes the manifest beside data and index: from then on the output is whole, and the worker's next
 * life may offer it. With `fsync` it is durable, and so are the names of all three in `directory`.
 */
export async function writeManifest(
  { disk, digest }: { readonly disk: Disk; readonly digest: Digest },
  directory: string,
  { jobDigest, output }: HeldManifest,
  fsync: boolean,
): Promise<void> {
  const body = canonicalJson({ version, jobDigest, output });
  const file = await disk.create(pathIn(directory));
  try {
    await file.append(new TextEncoder().encode(`${digestOf(digest, body)} ${body}\n`));
    if (fsync) await file.fsync();
  } finally {
    await file.close();
  }
  if (fsync) await disk.fsyncDirectory(directory);
}

/** Nothing where it is not whole, or of another version. Throws `DiskError` where it is not there. */
export async function readManifest(
  { disk, digest }: { readonly disk: Disk; readonly digest: Digest },
  directory: string,
): Promise<HeldManifest | undefined> {
  return parseManifest(digest, await readManifestBytes(disk, directory));
}

/** The manifest as it lies there. Throws `DiskError` where it does not. */
export function readManifestBytes(disk: Disk, directory: string): Promise<Uint8Array> {
  return disk.read(pathIn(directory));
}

/** Nothing where the bytes are no whole manifest of this version. */
export function parseManifest(digest: Digest, bytes: Uint8Array): HeldManifest | undefined {
  const text = new TextDecoder().decode(bytes);
  const [checksum, body] = [text.slice(0, 64), text.slice(65, -1)];
  if (text !== `${checksum} ${body}\n` || checksum !== digestOf(digest, body)) return undefined;
  const said = JSON.parse(body) as Readonly<Record<string, unknown>>;
  const jobDigest = digestSchema.safeParse(said['jobDigest']);
  const output = heldOutputSchema.safeParse(said['output']);
  if (said['version'] !== version || !jobDigest.success || !output.success) return undefined;
  return { jobDigest: jobDigest.data, output: output.data };
}

function digestOf(digest: Digest, body: string): DigestHex {
  return toHex(digest.of(new TextEncoder().encode(body)));
}
