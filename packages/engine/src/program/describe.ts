import type { ProgramDescription } from '@mapreduce/protocol';
import { ProgramError } from '../tasks.ts';

const functions = ['map', 'mapBlock', 'combine', 'reduce'] as const;
const fields = new Set<string>([
  ...functions,
  'partition',
  'reader',
  'writer',
  'order',
  'group',
  'sideEffects',
  'nondeterministic',
]);
const maxOrder = 64;
const maxSamples = 10_000_000;

/**
 * Says what a program is, from what its module exports as default. Throws `ProgramError` that names
 * the field, what was found there, and what was expected.
 */
export function describeProgram(exported: unknown): ProgramDescription {
  const job = checkedJob(exported);
  for (const name of functions) checkFunction(name, job[name]);
  const map = mapKind(job);
  const reader = describeReader(job['reader']);
  if (map === 'block' && reader.kind !== 'lines' && reader.kind !== 'fixed') {
    throw wrong('reader', `the ${reader.kind} reader`, 'lines() or fixed(n) with mapBlock');
  }
  const group = describeGroup(job['group']);
  return {
    reader,
    writer: describeWriter(job['writer']),
    map,
    combine: job['combine'] !== undefined,
    reduce: job['reduce'] !== undefined,
    partition: describePartition(job['partition']),
    order: describeOrder(job['order']),
    ...(group === undefined ? {} : { group }),
    sideEffects: describeFlag('sideEffects', job['sideEffects']),
    deterministic: !describeFlag('nondeterministic', job['nondeterministic']),
  };
}

type Fields = Readonly<Record<string, unknown>>;

function checkedJob(exported: unknown): Fields {
  if (exported === undefined) {
    throw new ProgramError(
      'the program has no default export; expected `export default defineJob({ map, reduce })`',
    );
  }
  if (typeof exported !== 'object' || exported === null || Array.isArray(exported)) {
    throw new ProgramError(
      `the program's default export is ${nameOf(exported)}; expected what defineJob returns`,
    );
  }
  const job = exported as Fields;
  for (const name of Object.keys(job)) {
    if (!fields.has(name)) {
      throw new ProgramError(
        `the program has an unknown field ${name}; expected ${[...fields].join(', ')}`,
      );
    }
  }
  return job;
}

function mapKind(job: Fields): 'record' | 'block' {
  if (job['map'] !== undefined && job['mapBlock'] !== undefined) {
    throw new ProgramError('the program has both map and mapBlock; expected one of them');
  }
  if (job['mapBlock'] !== undefined) return 'block';
  if (job['map'] !== undefined) return 'record';
  throw new ProgramError('the program has neither map nor mapBlock; expected one of them');
}

function checkFunction(name: string, value: unknown): void {
  if (value === undefined) return;
  if (typeof value !== 'function') throw wrong(name, nameOf(value), 'a function');
  const kind = Object.prototype.toString.call(value).slice('[object '.length, -1);
  if (kind !== 'Function') {
    throw wrong(
      name,
      `of kind ${kind}`,
      'a plain synchronous function (user functions are synchronous; input is read for them)',
    );
  }
}

function describeReader(reader: unknown): ProgramDescription['reader'] {
  if (reader === undefined) return { kind: 'lines' };
  const { kind, length, maxLength } = checkedObject('reader', reader);
  const limit = maxLength === undefined ? {} : { maxLength: count('reader.maxLength', maxLength) };
  switch (kind) {
    case 'lines':
      return { kind, ...limit };
    case 'ndjson':
      return { kind, ...limit };
    case 'file':
      return { kind };
    case 'fixed':
      return { kind, length: count('reader.length', length) };
    default:
      throw wrong('reader', nameOf(reader), 'lines(), ndjson(), wholeFile() or fixed(n)');
  }
}

function describeWriter(writer: unknown): ProgramDescription['writer'] {
  if (writer === undefined) return { kind: 'text' };
  const { kind, length } = checkedObject('writer', writer);
  switch (kind) {
    case 'text':
    case 'ndjson':
      return { kind };
    case 'fixed':
      return { kind, length: count('writer.length', length) };
    default:
      throw wrong('writer', nameOf(writer), 'textWriter(), ndjsonWriter() or fixedWriter(n)');
  }
}

function describePartition(partition: unknown): ProgramDescription['partition'] {
  if (partition === undefined) return { kind: 'hash' };
  if (typeof partition === 'function') {
    checkFunction('partition', partition);
    return { kind: 'function' };
  }
  const { kind, samples } = checkedObject('partition', partition);
  if (kind !== 'range') {
    throw wrong('partition', nameOf(partition), 'a function or rangePartition()');
  }
  if (samples === undefined) return { kind };
  return { kind, samples: count('partition.samples', samples, maxSamples) };
}

function describeOrder(order: unknown): ProgramDescription['order'] {
  if (order === undefined) return [];
  if (!Array.isArray(order) || order.length > maxOrder) {
    throw wrong('order', nameOf(order), `an array of at most ${maxOrder} directions`);
  }
  return order.map((direction: unknown, index) => {
    if (direction === 'ascending' || direction === 'descending') return direction;
    throw wrong(`order[${index}]`, nameOf(direction), "'ascending' or 'descending'");
  });
}

function describeGroup(group: unknown): number | undefined {
  return group === undefined ? undefined : count('group', group, maxOrder);
}

function describeFlag(name: string, value: unknown): boolean {
  if (value === undefined) return false;
  if (typeof value !== 'boolean') throw wrong(name, nameOf(value), 'true or false');
  return value;
}

function checkedObject(name: string, value: unknown): Fields {
  if (typeof value !== 'object' || value === null) throw wrong(name, nameOf(value), 'an object');
  return value as Fields;
}

function count(name: string, value: unknown, most = Number.MAX_SAFE_INTEGER): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= most) {
    return value;
  }
  const limit = most === Number.MAX_SAFE_INTEGER ? 'at least 1' : `from 1 to ${most}`;
  throw wrong(name, nameOf(value), `an integer ${limit}`);
}

function wrong(field: string, found: string, expected: string): ProgramError {
  return new ProgramError(`the program's ${field} is ${found}; expected ${expected}`);
}

function nameOf(value: unknown): string {
  if (typeof value === 'function') return 'a function';
  const text: unknown = JSON.stringify(value);
  return typeof text === 'string' ? text : typeof value;
}
