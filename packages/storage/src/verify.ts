import type { DigestHex } from '@mapreduce/protocol';
import { joinPath, type Digest, type Disk } from '@mapreduce/service';
import { readCommitRecord } from './commit-records.ts';
import { consumedDigest, consumedWith } from './consumed.ts';
import { orMissing } from './disk-errors.ts';
import { fileDigest } from './file-digest.ts';
import { toHex } from './hex.ts';
import { OutputLayout, partName } from './layout.ts';
import { skippedFault } from './skipped-file.ts';
import { decodeSuccess, type Success } from './success.ts';

export interface Verification {
  /** What is wrong: one sentence each, that names the file. None: the output is whole. */
  readonly findings: readonly string[];
  readonly parts: number;
  readonly files: number;
  readonly bytes: number;
  /** Records out of all maps, and so into all reduces. */
  readonly records: number;
  /** Bad records that were left out. */
  readonly skipped: number;
  /** False where the program said that a map may give other records when it runs again. */
  readonly deterministic: boolean;
}

/**
 * Proves a finished output: every part is what its commit record says, every record is the one that
 * `_SUCCESS` names, all were made by one plan and have consumed exactly the maps that it lists, but for the exceptions that it
 * names, no record was lost or doubled between maps and reduces, no part lies there that nobody
 * committed, and what was skipped lies aside. Where the program is not deterministic, parts may have
 * consumed other outputs than those listed, and then records do not add up.
 */
export async function verifyOutput(
  disk: Disk,
  digest: Digest,
  directory: string,
): Promise<Verification> {
  const path = joinPath(directory, '_SUCCESS');
  const bytes = await orMissing(disk.read(path));
  if (bytes === undefined) {
    return nothing(`${path}: missing: no job has finished here`);
  }
  const success = decodeSuccess(digest, bytes);
  if (success === undefined) return nothing(`${path}: not what a job writes when it finishes`);
  return new Verifier(disk, digest, directory, success).run();
}

function nothing(finding: string): Verification {
  const counts = { parts: 0, files: 0, bytes: 0, records: 0, skipped: 0 };
  return { findings: [finding], ...counts, deterministic: true };
}

class Verifier {
  readonly #disk: Disk;
  readonly #digest: Digest;
  readonly #layout: OutputLayout;
  readonly #success: Success;
  readonly #findings: string[] = [];
  readonly #named = new Set<string>();
  readonly #roots: readonly DigestHex[];
  #recordsIn = 0;
  #bytes = 0;

  constructor(disk: Disk, digest: Digest, directory: string, success: Success) {
    this.#disk = disk;
    this.#digest = digest;
    this.#layout = new OutputLayout(directory, success.job);
    this.#success = success;
    this.#roots = success.maps.map(({ contentRoot }) => contentRoot);
  }

  async run(): Promise<Verification> {
    const { maps, parts, consumed, deterministic } = this.#success;
    if (consumedDigest(this.#digest, this.#roots) !== consumed) {
      this.#find(this.#layout.success, 'what was consumed is not the digest of its content roots');
    }
    let whole = true;
    for (const [partition, part] of parts.entries()) {
      whole = (await this.#checkPart(partition, part)) && whole;
    }
    const recordsOut = maps.reduce((total, map) => total + map.recordsOut, 0);
    const addsUp = deterministic || parts.every((part) => part.consumed === consumed);
    if (whole && addsUp && recordsOut !== this.#recordsIn) {
      this.#find(
        this.#layout.success,
        `maps put out ${recordsOut} records, but reduces took in ${this.#recordsIn}`,
      );
    }
    await this.#findStrays();
    const skipped = await this.#checkSkipped();
    return {
      findings: this.#findings,
      parts: parts.length,
      files: this.#named.size,
      bytes: this.#bytes,
      records: recordsOut,
      skipped,
      deterministic,
    };
  }

  async #checkSkipped(): Promise<number> {
    const { maps, skipped } = this.#success;
    const count = maps.reduce((total, map) => total + map.skipped, 0);
    const aside = skipped?.records ?? 0;
    if (count !== aside) {
      this.#find(this.#layout.success, `maps skipped ${count} records, but ${aside} lie aside`);
    }
    const fault = await skippedFault(this.#disk, this.#digest, this.#layout, skipped);
    if (fault !== undefined) this.#find(this.#layout.skipped, fault);
    return count;
  }

  /** Whether the part's commit record could be read. */
  async #checkPart(partition: number, part: Success['parts'][number]): Promise<boolean> {
    const path = this.#layout.commit(partition);
    let stored;
    try {
      stored = await readCommitRecord(this.#disk, this.#layout, partition);
    } catch (error) {
      // It names the file itself.
      this.#findings.push(error instanceof Error ? error.message : String(error));
      return false;
    }
    if (stored === undefined) {
      this.#find(path, `missing: nothing says what ${partName(partition)} holds`);
      return false;
    }
    const { record, bytes } = stored;
    const { deterministic, job, jobDigest, plan } = this.#success;
    if (toHex(this.#digest.of(bytes)) !== part.record) {
      this.#find(path, 'is not the commit record that _SUCCESS names');
    }
    if (record.job !== job || record.jobDigest !== jobDigest) {
      this.#find(path, 'is of another job, or of other settings');
    }
    if (record.manifest.plan !== plan) {
      this.#find(path, 'its part was made by another plan than _SUCCESS names');
    }
    const isListed = !deterministic || part.consumed === this.#consumedBy(part);
    if (record.manifest.consumed !== part.consumed || !isListed) {
      this.#find(path, 'its part was made from other map outputs than _SUCCESS lists');
    }
    this.#recordsIn += record.manifest.recordsIn;
    for (const file of record.manifest.files) {
      this.#named.add(file.name);
      await this.#checkFile(this.#layout.part(file.name), file);
    }
    return true;
  }

  /** The digest of what `_SUCCESS` says that the part consumed. */
  #consumedBy({ exceptions }: Success['parts'][number]): DigestHex {
    if (exceptions === undefined) return this.#success.consumed;
    return consumedWith(this.#digest, this.#roots, exceptions);
  }

  async #checkFile(path: string, file: { length: number; sha256: string }): Promise<void> {
    const found = await orMissing(fileDigest(this.#disk, this.#digest, path));
    if (found === undefined) {
      this.#find(path, 'missing, though it is committed');
      return;
    }
    this.#bytes += found.length;
    if (found.length !== file.length) {
      this.#find(path, `has ${found.length} bytes, but its commit record says ${file.length}`);
    } else if (found.sha256 !== file.sha256) {
      this.#find(path, 'its sha256 is not that of its commit record');
    }
  }

  async #findStrays(): Promise<void> {
    for (const name of await this.#disk.list(this.#layout.directory)) {
      if (name.startsWith('part-') && !this.#named.has(name)) {
        this.#find(this.#layout.part(name), 'no commit record names it');
      }
    }
    const committed = (await orMissing(this.#disk.list(this.#layout.commits))) ?? [];
    const expected = new Set(this.#success.parts.map((_part, i) => this.#layout.commit(i)));
    for (const name of committed) {
      const path = joinPath(this.#layout.commits, name);
      if (!expected.has(path)) this.#find(path, 'a commit record that _SUCCESS does not name');
    }
  }

  #find(path: string, finding: string): void {
    this.#findings.push(`${path}: ${finding}`);
  }
}
