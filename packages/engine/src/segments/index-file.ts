import type { Format } from '@mapreduce/protocol';
import type { Codec, Digest } from '@mapreduce/service';
import { equalBytes } from '../codec/compare.ts';
import { FormatError, type SegmentSummary } from '../records.ts';
import type { SegmentClaim } from './claim.ts';
import {
  buildMerkle,
  contentLeaf,
  digestLength,
  merklePath,
  merkleSize,
  readCount,
  storedLeaf,
} from './merkle.ts';

/** `MRIX`, then the version, big-endian. */
const magic = Uint8Array.of(0x4d, 0x52, 0x49, 0x58, 0, 0, 0, 1);
/** magic, partitions, format, hash, 2 zero bytes. */
const headerLength = 16;
/** length, records (8 bytes each), stored digest, content digest. */
const entryLength = 16 + 2 * digestLength;
const checksumLength = 4;
const sha256 = 1;
const formats: readonly Format[] = ['binary', 'json'];

/** Partitions of a job at most. */
const maxPartitions = 100_000;

/**
 * The index of a map attempt's data file: where each partition's segment lies, its digests, and
 * both Merkle trees. Segments follow each other without gaps, so offsets are sums of lengths.
 */
export class MapIndex {
  readonly partitions: number;
  readonly format: Format;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #offsets: Float64Array;

  private constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    this.partitions = this.#view.getUint32(8);
    const format = formats[(bytes[12] as number) - 1];
    if (format === undefined) throw new FormatError(`index: unknown format ${bytes[12] ?? ''}`);
    this.format = format;
    this.#offsets = new Float64Array(this.partitions + 1);
    for (let partition = 0; partition < this.partitions; partition++) {
      this.#offsets[partition + 1] = this.offset(partition) + this.length(partition);
    }
    if (!Number.isSafeInteger(this.dataLength)) throw new FormatError('index: lengths too large');
  }

  /** Makes the index of segments in partition order. */
  static build(
    format: Format,
    segments: readonly SegmentSummary[],
    ports: { readonly codec: Codec; readonly digest: Digest },
  ): MapIndex {
    const partitions = segments.length;
    const bytes = new Uint8Array(fileLength(partitions));
    const view = new DataView(bytes.buffer);
    bytes.set(magic);
    view.setUint32(8, partitions);
    bytes[12] = formats.indexOf(format) + 1;
    bytes[13] = sha256;
    const tree = treeLength(partitions);
    const stored = bytes.subarray(storedTreeAt(partitions), storedTreeAt(partitions) + tree);
    const content = bytes.subarray(storedTreeAt(partitions) + tree, bytes.length - checksumLength);
    segments.forEach((segment, partition) => {
      const at = headerLength + partition * entryLength;
      view.setBigUint64(at, BigInt(segment.length));
      view.setBigUint64(at + 8, BigInt(segment.records));
      bytes.set(segment.storedDigest, at + 16);
      bytes.set(segment.contentDigest, at + 16 + digestLength);
    });
    fillTrees(segments, stored, content, ports.digest);
    view.setUint32(bytes.length - 4, ports.codec.crc32(bytes.subarray(0, bytes.length - 4)));
    return new MapIndex(bytes);
  }

  /**
   * Reads an index file. Throws `FormatError` unless magic, version, size, checksum and every
   * field are right. Whether the trees fit the entries is `checkTrees`.
   */
  static decode(bytes: Uint8Array, codec: Codec): MapIndex {
    if (bytes.length < headerLength) throw new FormatError('index: it is cut off');
    if (!equalBytes(bytes, 0, magic.length, magic, 0, magic.length)) {
      throw new FormatError('index: it is no index of this version');
    }
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    const partitions = view.getUint32(8);
    if (partitions === 0 || partitions > maxPartitions) {
      throw new FormatError(`index: ${partitions} partitions; expected 1 to ${maxPartitions}`);
    }
    if (bytes.length !== fileLength(partitions)) {
      throw new FormatError(`index: ${bytes.length} bytes; expected ${fileLength(partitions)}`);
    }
    const end = bytes.length - checksumLength;
    if (view.getUint32(end) !== codec.crc32(bytes.subarray(0, end))) {
      throw new FormatError('index: its checksum is wrong');
    }
    if (bytes[13] !== sha256 || view.getUint16(14) !== 0) {
      throw new FormatError('index: unknown hash or flags');
    }
    return new MapIndex(bytes);
  }

  /** Bytes of the index of so many partitions. */
  static size(partitions: number): number {
    return fileLength(partitions);
  }

  /** The file's bytes; not to be changed. */
  encode(): Uint8Array {
    return this.#bytes;
  }

  /** Bytes of the data file. */
  get dataLength(): number {
    return this.offset(this.partitions);
  }

  get storedRoot(): Uint8Array {
    return this.#node(storedTreeAt(this.partitions) + treeLength(this.partitions) - digestLength);
  }

  get contentRoot(): Uint8Array {
    return this.#node(this.#bytes.length - checksumLength - digestLength);
  }

  /** Where the partition's segment begins in the data file. */
  offset(partition: number): number {
    return this.#offsets[partition] as number;
  }

  /** Stored bytes of the partition's segment. */
  length(partition: number): number {
    return readCount(this.#view, this.#entryAt(partition));
  }

  records(partition: number): number {
    return readCount(this.#view, this.#entryAt(partition) + 8);
  }

  /** The leaf by which two attempts of one map are compared. */
  contentLeaf(partition: number): Uint8Array {
    const tree = storedTreeAt(this.partitions) + treeLength(this.partitions);
    return this.#node(tree + partition * digestLength);
  }

  /** What to tell a reducer of the partition's segment. */
  claim(partition: number): SegmentClaim {
    const at = this.#entryAt(partition);
    const tree = storedTreeAt(this.partitions);
    return {
      partition,
      partitions: this.partitions,
      length: this.length(partition),
      records: this.records(partition),
      storedDigest: this.#node(at + 16),
      contentDigest: this.#node(at + 16 + digestLength),
      path: merklePath(
        this.#bytes.subarray(tree, tree + treeLength(this.partitions)),
        partition,
        this.partitions,
      ),
    };
  }

  /** Throws `FormatError` unless both trees are those of the entries: 4 hashes a partition. */
  checkTrees(digest: Digest): void {
    const partitions = Array.from({ length: this.partitions }, (_, index) => this.claim(index));
    const length = treeLength(this.partitions);
    const stored = new Uint8Array(length);
    const content = new Uint8Array(length);
    fillTrees(partitions, stored, content, digest);
    const at = storedTreeAt(this.partitions);
    const sound =
      equalBytes(this.#bytes, at, at + length, stored, 0, length) &&
      equalBytes(this.#bytes, at + length, at + 2 * length, content, 0, length);
    if (!sound) throw new FormatError('index: its Merkle trees do not fit its entries');
  }

  #entryAt(partition: number): number {
    return headerLength + partition * entryLength;
  }

  #node(at: number): Uint8Array {
    return this.#bytes.slice(at, at + digestLength);
  }
}

function fillTrees(
  segments: readonly SegmentSummary[],
  stored: Uint8Array,
  content: Uint8Array,
  digest: Digest,
): void {
  segments.forEach((segment, partition) => {
    const facts = { ...segment, partition };
    const leaf = contentLeaf(facts, digest);
    content.set(leaf, partition * digestLength);
    stored.set(storedLeaf(facts, leaf, digest), partition * digestLength);
  });
  buildMerkle(stored, segments.length, digest);
  buildMerkle(content, segments.length, digest);
}

function treeLength(partitions: number): number {
  return merkleSize(partitions) * digestLength;
}

function storedTreeAt(partitions: number): number {
  return headerLength + partitions * entryLength;
}

function fileLength(partitions: number): number {
  return storedTreeAt(partitions) + 2 * treeLength(partitions) + checksumLength;
}
