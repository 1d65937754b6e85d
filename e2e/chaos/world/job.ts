/** A job whose every byte is known beforehand. */
export interface JobShape {
  readonly maps: number;
  readonly recordsPerMap: number;
  readonly keys: number;
  readonly reducers: number;
  /** Characters that each value is filled up with. */
  readonly padding: number;
  /** What each record, and each key, is made to wait. */
  readonly mapMs: number;
  readonly reduceMs: number;
}

export const usualShape: JobShape = {
  maps: 12,
  recordsPerMap: 10,
  keys: 30,
  reducers: 4,
  padding: 0,
  mapMs: 20,
  reduceMs: 20,
};

interface KeyedValue {
  readonly key: string;
  readonly value: string;
}

function record(shape: JobShape, number: number): KeyedValue {
  // Keys come in no order; their number and length are fixed, so all lines are equally long.
  const key = `key-${String((number * 7_919) % shape.keys).padStart(4, '0')}`;
  const value = `${String(number).padStart(6, '0')}${'.'.repeat(shape.padding)}`;
  return { key, value };
}

function* records(shape: JobShape): Generator<KeyedValue> {
  for (let number = 0; number < shape.maps * shape.recordsPerMap; number++) {
    yield record(shape, number);
  }
}

/** The input: a line a record. */
export function inputText(shape: JobShape): string {
  return [...records(shape)].map(({ key, value }) => `${key} ${value}\n`).join('');
}

/** The bytes of a map's lines: with it as split size, there are `maps` equal splits. */
export function splitSize(shape: JobShape): number {
  const { key, value } = record(shape, 0);
  return shape.recordsPerMap * (key.length + value.length + 2);
}

/** What every part must hold, byte for byte: a sequential run that shares no code with the product. */
export function expectedParts(shape: JobShape): string[] {
  const values = new Map<string, string[]>();
  for (const { key, value } of records(shape)) {
    const list = values.get(key);
    if (list === undefined) values.set(key, [value]);
    else list.push(value);
  }
  const parts = Array.from({ length: shape.reducers }, () => '');
  for (const key of [...values.keys()].sort()) {
    const partition = fnv1a(key) % shape.reducers;
    parts[partition] = `${parts[partition] ?? ''}${key}\t${(values.get(key) ?? []).join(' ')}\n`;
  }
  return parts;
}

/** What the program notes down of every task, in a run where nothing is done twice. */
export function tracesOfTasks(shape: JobShape): string[][] {
  const maps = Array.from({ length: shape.maps }, (): string[] => []);
  const reduces = Array.from({ length: shape.reducers }, () => new Set<string>());
  let number = 0;
  for (const { key, value } of records(shape)) {
    maps[Math.floor(number / shape.recordsPerMap)]?.push(`${key} ${value.slice(0, 6)}`);
    reduces[fnv1a(key) % shape.reducers]?.add(key);
    number += 1;
  }
  return [...maps, ...reduces.map((keys) => [...keys])].filter(({ length }) => length > 0);
}

/** FNV-1a, 32 bits, the top one dropped: `ihash` of the classic exercise. */
function fnv1a(ascii: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < ascii.length; at++) {
    hash = Math.imul(hash ^ ascii.charCodeAt(at), 0x01000193);
  }
  return hash & 0x7fffffff;
}
