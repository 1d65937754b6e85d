import type { Codec } from '@mapreduce/service';
import { ByteWriter } from '../codec/byte-writer.ts';
import type { KeyCodec } from '../codec/keys.ts';
import { VarintReader } from '../codec/varint.ts';
import { decodeValue, encodeValue } from '../codec/values.ts';
import { FormatError } from '../records.ts';
import type { BlockFormat, BlockHeader, StoredBlock } from './block-format.ts';
import { parseRecord, recordText } from './json-records.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

const preamble = encoder.encode('{"Format":"mapreduce segment","Version":1}\n');

/** A line of fixed length; numbers are padded with spaces, which JSON allows. */
function headerLine(length: number, records: number, crc: number): string {
  return (
    `{"Length":${String(length).padStart(10)},"Records":${String(records).padStart(6)},` +
    `"Crc32":"${crc.toString(16).padStart(8, '0')}"}\n`
  );
}

const headerLength = headerLine(0, 0, 0).length;
const headerPattern = /^\{"Length": *(\d+),"Records": *(\d+),"Crc32":"([0-9a-f]{8})"\}\n$/;

/**
 * The `json` format: a line `{"Key":…,"Value":…}` a record, readable with `cat`, and before each
 * block a line with its length and checksum. Never compressed.
 */
export function jsonBlocks(codec: Codec, keys: KeyCodec): BlockFormat {
  /** Of length and records as well as of the lines, so that neither changes unseen. */
  const checksum = (header: BlockHeader, payload: Uint8Array) =>
    codec.crc32(
      payload,
      codec.crc32(encoder.encode(headerLine(header.payloadLength, header.records, 0))),
    );

  return {
    preamble,
    headerLength,

    store(records: Uint8Array, count: number): StoredBlock {
      const payload = encoder.encode(linesOf(records, keys));
      const header = { payloadLength: payload.length, rawLength: 0, records: count };
      const line = headerLine(payload.length, count, checksum(header, payload));
      return { header: encoder.encode(line), payload };
    },

    readHeader,

    load(header: Uint8Array, payload: Uint8Array): Uint8Array {
      const { crc, ...counts } = readHeader(header);
      if (crc !== checksum(counts, payload)) {
        throw new FormatError("the block's checksum is wrong");
      }
      return recordsOf(payload, counts.records, keys);
    },
  };
}

function readHeader(header: Uint8Array): BlockHeader & { readonly crc: number } {
  const text = String.fromCharCode(...header);
  const match = headerPattern.exec(text);
  const payloadLength = Number(match?.[1]);
  const records = Number(match?.[2]);
  const crc = Number.parseInt(match?.[3] ?? '', 16);
  // Whatever is written otherwise than we write it is damaged.
  if (match === null || headerLine(payloadLength, records, crc) !== text) {
    throw new FormatError('the block header is not as it must be');
  }
  return { payloadLength, rawLength: 0, records, crc };
}

function linesOf(records: Uint8Array, keys: KeyCodec): string {
  const varint = new VarintReader();
  let text = '';
  for (let at = 0; at < records.length;) {
    const keyLength = varint.read(records, at, records.length);
    const keyStart = varint.position;
    const keyEnd = keyStart + keyLength;
    const valueLength = varint.read(records, keyEnd, records.length);
    const valueStart = varint.position;
    at = valueStart + valueLength;
    const key = keys.decode(records, keyStart, keyEnd);
    text += `${recordText(key, decodeValue(records, valueStart, at))}\n`;
  }
  return text;
}

function recordsOf(payload: Uint8Array, count: number, keys: KeyCodec): Uint8Array {
  const writer = new ByteWriter(payload.length);
  const scratch = new ByteWriter();
  let records = 0;
  for (let at = 0; at < payload.length; records++) {
    const end = payload.indexOf(0x0a, at);
    if (end === -1) throw new FormatError('a line has no end');
    addRecord(payload.subarray(at, end), keys, writer, scratch);
    at = end + 1;
  }
  if (records !== count) {
    throw new FormatError(`a block holds ${records} lines instead of ${count}`);
  }
  return writer.bytes.subarray(0, writer.length);
}

/** Appends a line's canonical record. */
function addRecord(
  line: Uint8Array,
  keys: KeyCodec,
  writer: ByteWriter,
  scratch: ByteWriter,
): void {
  try {
    const { key, value } = parseRecord(decoder.decode(line));
    scratch.reset();
    keys.encode(key, scratch);
    writer.sized(scratch.bytes, 0, scratch.length);
    scratch.reset();
    encodeValue(value, scratch);
    writer.sized(scratch.bytes, 0, scratch.length);
  } catch (error) {
    if (error instanceof FormatError) throw error;
    throw new FormatError('a line holds no pair', { cause: error });
  }
}
