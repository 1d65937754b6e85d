import type { RouteName } from '@mapreduce/protocol';

/** A crossing of the disk port: the method, and the path it is about. */
export interface DiskCrossing {
  readonly port: 'disk';
  readonly method:
    | 'create'
    | 'write'
    | 'link'
    | 'rename'
    | 'fsyncDirectory'
    /** Of an open file. */
    | 'append'
    | 'fsync';
  readonly path: RegExp;
}

/** A crossing of the transport port. */
export interface CallCrossing {
  readonly port: 'transport';
  readonly route: RouteName;
}

/** A moment at which a process can be made to die: a named crossing of a port. */
export interface Failpoint {
  readonly name: string;
  readonly role: 'coordinator' | 'worker';
  /** The sink without which nobody comes there. */
  readonly sink?: 'file' | 'volume';
  readonly crossing: DiskCrossing | CallCrossing;
  /** Before the operation, after it, or when half of its bytes are written. */
  readonly when: 'before' | 'after' | 'torn';
  /** Which crossing kills. */
  readonly nth: number;
}

const journal = /\/state\/journal-\d{6}(?:-\d+)?$/;
const commitLink = /\/commits\/part-\d{5}\.json$/;
const commits = /\/commits$/;
const part = /\/output\/part-\d{5}$/;

function disk(method: DiskCrossing['method'], path: RegExp): DiskCrossing {
  return { port: 'disk', method, path };
}

function call(route: RouteName): CallCrossing {
  return { port: 'transport', route };
}

const coordinator = { role: 'coordinator' } as const;
const committer = { role: 'coordinator', sink: 'volume' } as const;
const worker = { role: 'worker' } as const;
const linker = { role: 'worker', sink: 'file' } as const;

/** Every failpoint. */
export const failpoints: readonly Failpoint[] = [
  // The journal: its file, then its records. The first append is that of `opened`.
  {
    name: 'journal-not-created',
    ...coordinator,
    crossing: disk('create', journal),
    when: 'before',
    nth: 1,
  },
  {
    name: 'journal-created',
    ...coordinator,
    crossing: disk('create', journal),
    when: 'after',
    nth: 1,
  },
  { name: 'opened-torn', ...coordinator, crossing: disk('append', journal), when: 'torn', nth: 2 },
  {
    name: 'journal-named',
    ...coordinator,
    crossing: disk('fsyncDirectory', /\/state$/),
    when: 'after',
    nth: 1,
  },
  {
    name: 'record-not-appended',
    ...coordinator,
    crossing: disk('append', journal),
    when: 'before',
    nth: 8,
  },
  { name: 'record-torn', ...coordinator, crossing: disk('append', journal), when: 'torn', nth: 9 },
  {
    name: 'record-appended',
    ...coordinator,
    crossing: disk('append', journal),
    when: 'after',
    nth: 7,
  },
  {
    name: 'record-durable-not-acknowledged',
    ...coordinator,
    crossing: disk('fsync', journal),
    when: 'after',
    nth: 8,
  },
  {
    name: 'early-record-durable',
    ...coordinator,
    crossing: disk('fsync', journal),
    when: 'after',
    nth: 4,
  },
  // The output: made ready, committed (volume), finished.
  {
    name: 'nonce-written',
    ...coordinator,
    crossing: disk('write', /\/nonce$/),
    when: 'after',
    nth: 1,
  },
  {
    name: 'upload-not-renamed',
    ...committer,
    crossing: disk('rename', /\/part-\d{5}$/),
    when: 'before',
    nth: 1,
  },
  {
    name: 'upload-renamed',
    ...committer,
    crossing: disk('rename', /\/part-\d{5}$/),
    when: 'after',
    nth: 2,
  },
  {
    name: 'record-of-part-written',
    ...committer,
    crossing: disk('write', /\/commit\.json$/),
    when: 'after',
    nth: 1,
  },
  {
    name: 'part-not-linked',
    ...committer,
    crossing: disk('link', commitLink),
    when: 'before',
    nth: 2,
  },
  { name: 'part-linked', ...committer, crossing: disk('link', commitLink), when: 'after', nth: 2 },
  {
    name: 'commits-durable',
    ...committer,
    crossing: disk('fsyncDirectory', commits),
    when: 'after',
    nth: 1,
  },
  { name: 'part-published', ...committer, crossing: disk('link', part), when: 'after', nth: 1 },
  {
    name: 'success-written',
    ...coordinator,
    crossing: disk('write', /\/success-/),
    when: 'after',
    nth: 1,
  },
  {
    name: 'success-not-linked',
    ...coordinator,
    crossing: disk('link', /\/_SUCCESS$/),
    when: 'before',
    nth: 1,
  },
  {
    name: 'success-linked',
    ...coordinator,
    crossing: disk('link', /\/_SUCCESS$/),
    when: 'after',
    nth: 1,
  },
  // A worker between what it hears and what it says.
  { name: 'worker-registered', ...worker, crossing: call('register'), when: 'after', nth: 1 },
  { name: 'worker-leased', ...worker, crossing: call('lease'), when: 'after', nth: 2 },
  { name: 'map-not-reported', ...worker, crossing: call('complete'), when: 'before', nth: 2 },
  { name: 'map-reported', ...worker, crossing: call('complete'), when: 'after', nth: 2 },
  // A worker that commits.
  { name: 'grant-not-asked', ...worker, crossing: call('grant'), when: 'before', nth: 1 },
  { name: 'granted', ...worker, crossing: call('grant'), when: 'after', nth: 1 },
  {
    name: 'record-of-part-written-by-worker',
    ...linker,
    crossing: disk('write', /\/commit\.json$/),
    when: 'after',
    nth: 1,
  },
  {
    name: 'part-not-linked-by-worker',
    ...linker,
    crossing: disk('link', commitLink),
    when: 'before',
    nth: 1,
  },
  {
    name: 'part-linked-by-worker',
    ...linker,
    crossing: disk('link', commitLink),
    when: 'after',
    nth: 1,
  },
  {
    name: 'commits-durable-by-worker',
    ...linker,
    crossing: disk('fsyncDirectory', commits),
    when: 'after',
    nth: 1,
  },
  {
    name: 'part-published-by-worker',
    ...linker,
    crossing: disk('link', part),
    when: 'after',
    nth: 1,
  },
];

/** Throws where there is none of that name. */
export function failpointNamed(name: string): Failpoint {
  const found = failpoints.find((one) => one.name === name);
  if (found === undefined) throw new Error(`there is no failpoint ${name}`);
  return found;
}
