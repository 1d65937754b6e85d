import type { ProgramDescription } from '@mapreduce/protocol';
import type { Key, Value } from '@mapreduce/sdk';
import { toBase64 } from '../codec/base64.ts';
import type { ByteWriter } from '../codec/byte-writer.ts';
import { nameOf } from '../codec/errors.ts';
import { ProgramError } from '../tasks.ts';

/** Appends one pair to a part's buffer; throws `ProgramError` if it cannot stand there. */
export type PairWriter = (key: Key, value: Value, target: ByteWriter) => void;

const tab = 0x09;
const lineFeed = 0x0a;

export function pairWriterOf(writer: ProgramDescription['writer']): PairWriter {
  switch (writer.kind) {
    case 'text':
      return writeText;
    case 'ndjson':
      return writeJson;
    case 'fixed':
      return fixedWriter(writer.length);
  }
}

/** `key<TAB>value\n`: strings as they are, bytes as base64, all else as JSON. */
function writeText(key: Key, value: Value, target: ByteWriter): void {
  appendField('key', key, target);
  target.byte(tab);
  appendField('value', value, target);
  target.byte(lineFeed);
}

function appendField(name: 'key' | 'value', field: Value, target: ByteWriter): void {
  if (typeof field === 'string') {
    if (field.includes('\n') || (name === 'key' && field.includes('\t'))) {
      throw new ProgramError(
        `reduce emitted a ${name} that holds a ${field.includes('\n') ? 'line feed' : 'tab'}, ` +
          `which the text writer cannot write: ${JSON.stringify(field).slice(0, 200)}; ` +
          'use ndjsonWriter()',
      );
    }
    target.text(field);
  } else if (typeof field === 'number') {
    target.text(String(field));
  } else if (field instanceof Uint8Array) {
    target.text(toBase64(field));
  } else {
    target.text(json(name, field));
  }
}

/** `{"key":…,"value":…}\n`; bytes as base64. */
function writeJson(key: Key, value: Value, target: ByteWriter): void {
  target.text(`{"key":${json('key', key)},"value":${json('value', value)}}\n`);
}

function json(name: 'key' | 'value', field: Value): string {
  const text: unknown = JSON.stringify(field, bytesAsBase64);
  if (typeof text === 'string') return text;
  throw new ProgramError(`reduce emitted ${nameOf(field)} as ${name}, which JSON cannot say`);
}

function bytesAsBase64(_name: string, field: unknown): unknown {
  return field instanceof Uint8Array ? toBase64(field) : field;
}

/** The bytes of key and value, together `length`. */
function fixedWriter(length: number): PairWriter {
  return (key, value, target) => {
    const from = target.length;
    appendBytes('key', key, target);
    appendBytes('value', value, target);
    const found = target.length - from;
    if (found !== length) {
      target.length = from;
      throw new ProgramError(
        `reduce emitted a key and a value of together ${found} bytes; the fixed writer expects ` +
          `${length}`,
      );
    }
  };
}

function appendBytes(name: 'key' | 'value', field: Value, target: ByteWriter): void {
  if (typeof field === 'string') {
    target.text(field);
  } else if (field instanceof Uint8Array) {
    target.raw(field, 0, field.length);
  } else {
    throw new ProgramError(
      `reduce emitted ${nameOf(field)} as ${name}; the fixed writer expects bytes or strings`,
    );
  }
}
