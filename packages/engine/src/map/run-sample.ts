import { type Key, scanWords } from '@mapreduce/sdk';
import { ByteWriter } from '../codec/byte-writer.ts';
import { KeyCodec } from '../codec/keys.ts';
import type { EnginePorts, MapRun } from '../tasks.ts';
import { blame } from './blame.ts';
import { openMap } from './open-map.ts';
import { type EmitTarget, programCalls } from './program-calls.ts';

/** Of a longer key only the beginning is kept: a cut point need not be a whole key. */
const maxKeyBytes = 1024;
/** Keys of one sample, together: they travel in one message. */
const maxSampleBytes = 4 * 2 ** 20;

/** Ends a map call once there are keys enough. */
class EnoughKeys extends Error {
  override readonly name = 'EnoughKeys';
}

/** Keeps the encoded keys of what is emitted, as far as keys are grouped by; drops the values. */
class KeySampler implements EmitTarget {
  readonly sampled: Uint8Array[] = [];
  readonly #keys: KeyCodec;
  readonly #most: number;
  #bytes = 0;
  readonly #key = new ByteWriter(256);

  constructor(keys: KeyCodec, most: number) {
    this.#keys = keys;
    this.#most = most;
  }

  get isFull(): boolean {
    return this.sampled.length >= this.#most || this.#bytes >= maxSampleBytes;
  }

  pair(key: Key): void {
    this.#key.reset();
    this.#keys.encode(key, this.#key);
    this.#take();
  }

  text(source: Uint8Array, start: number, end: number): void {
    this.#key.reset();
    this.#keys.encodeText(source, start, end, this.#key);
    this.#take();
  }

  words(source: Uint8Array): void {
    scanWords(source, (_source, start, end) => this.text(source, start, end));
  }

  bytes(source: Uint8Array, keyStart: number, keyEnd: number): void {
    this.#key.reset();
    this.#keys.encodeBytes(source, keyStart, keyEnd, this.#key);
    this.#take();
  }

  #take(): void {
    if (this.isFull) throw new EnoughKeys();
    const { bytes, length } = this.#key;
    const end = Math.min(maxKeyBytes, this.#keys.groupEnd(bytes, 0, length));
    this.sampled.push(bytes.slice(0, end));
    this.#bytes += end;
  }
}

/**
 * Maps the beginning of a split until it has emitted `records` keys, or as many as fit into one
 * message, or ends; returns their encodings, of long ones the beginning. Throws as `runMap` does.
 */
export async function runSample(
  run: MapRun,
  records: number,
  _ports: EnginePorts,
): Promise<readonly Uint8Array[]> {
  const open = openMap(run);
  const { context, input, progress } = open;
  const sampler = new KeySampler(new KeyCodec(run.plan.description), records);
  const calls = programCalls(run, sampler, open);
  while (!sampler.isFull) {
    const block = await input.next();
    if (block === undefined) break;
    try {
      calls.call(block);
    } catch (error) {
      if (error instanceof EnoughKeys) break;
      throw blame(error, context);
    }
    progress.tell();
  }
  await run.source.checkUnchanged();
  return sampler.sampled;
}
