import type { ProgramDescription } from '@mapreduce/protocol';
import { ByteWriter } from '../codec/byte-writer.ts';
import { bytesTag, stringTag } from '../codec/key-parts.ts';
import type { KeyCodec } from '../codec/keys.ts';
import { decodeValue } from '../codec/values.ts';
import { VarintReader } from '../codec/varint.ts';
import type { RecordCursor } from '../records.ts';
import { pairWriterOf } from './pair-writers.ts';

/** Appends the cursor's record to a part's buffer. */
export type RecordCopier = (record: RecordCursor, target: ByteWriter) => void;

const bytesValueTag = 0x07;

/** Writes records of a program without reduce: as its writer says, and undecoded where it can be. */
export function recordCopierOf(writer: ProgramDescription['writer'], keys: KeyCodec): RecordCopier {
  const write = pairWriterOf(writer);
  const decoded: RecordCopier = ({ bytes, keyStart, keyEnd, valueStart, valueEnd }, target) => {
    const key = keys.decode(bytes, keyStart, keyEnd);
    write(key, decodeValue(bytes, valueStart, valueEnd), target);
  };
  if (writer.kind !== 'fixed' || !keys.rawPlain) return decoded;
  const varint = new VarintReader();
  return (record, target) => {
    const { bytes, view, keyStart, keyEnd, valueStart, valueEnd } = record;
    const keyTag = bytes[keyStart];
    if ((keyTag === bytesTag || keyTag === stringTag) && bytes[valueStart] === bytesValueTag) {
      varint.read(bytes, valueStart + 1, valueEnd);
      const body = varint.position;
      if (keyEnd - keyStart - 1 + valueEnd - body === writer.length) {
        target.raw(bytes, keyStart + 1, keyEnd, view);
        target.raw(bytes, body, valueEnd, view);
        return;
      }
    }
    decoded(record, target);
  };
}
