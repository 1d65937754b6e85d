import type {
  AttemptId,
  Epoch,
  JobSettings,
  Lease,
  MapManifest,
  Plan,
  ProgramDescription,
  Progress,
  ReduceManifest,
  Split,
  TaskKind,
} from '@mapreduce/protocol';
import { formatAttemptId } from '@mapreduce/protocol';

/** Valid values to test with; say only what the test is about. */

export function anEpoch(parts: Partial<Epoch> = {}): Epoch {
  return { generation: 1, boot: 1, nonce: '0badcafe', ...parts };
}

export function anAttempt(kind: TaskKind, index = 0, number = 0, epoch = anEpoch()): AttemptId {
  return formatAttemptId({ epoch, kind, index, number });
}

/** A digest made of one hex digit. */
export function aDigest(digit = 'a'): string {
  return digit.repeat(64);
}

export function aJobSettings(parts: Partial<JobSettings> = {}): JobSettings {
  return {
    id: 'job-1',
    program: { kind: 'builtin', name: 'wordcount' },
    reducers: 2,
    splitSize: 64 * 2 ** 20,
    memory: 64 * 2 ** 20,
    taskTimeoutMs: 600_000,
    skipBadRecords: 0,
    format: 'binary',
    compression: 'zstd',
    fsync: true,
    backupTasks: false,
    ...parts,
  };
}

export function aDescription(parts: Partial<ProgramDescription> = {}): ProgramDescription {
  return {
    reader: { kind: 'lines' },
    writer: { kind: 'text' },
    map: 'record',
    combine: false,
    reduce: true,
    partition: { kind: 'hash' },
    order: [],
    sideEffects: false,
    deterministic: true,
    ...parts,
  };
}

export function aPlan(parts: Partial<Plan> = {}): Plan {
  return { description: aDescription(), maps: 1, digest: aDigest('5'), ...parts };
}

/** The whole of `/input/a.txt`, which has 100 bytes. */
export function aSplit(parts: Partial<Split> = {}): Split {
  return {
    index: 0,
    source: { kind: 'file', path: '/input/a.txt' },
    name: 'a.txt',
    start: 0,
    end: 100,
    size: 100,
    version: '0-100',
    ...parts,
  };
}

export function aMapLease(index = 0, number = 0): Lease {
  return {
    attempt: anAttempt('map', index, number),
    task: { kind: 'map', split: aSplit({ index }) },
  };
}

export function aReduceLease(partition = 0, maps = 1, number = 0): Lease {
  return {
    attempt: anAttempt('reduce', partition, number),
    task: { kind: 'reduce', partition, maps },
  };
}

/** A map lease, unless told otherwise. */
export function aLease(parts: Partial<Lease> = {}): Lease {
  return { ...aMapLease(), ...parts };
}

export function aProgress(parts: Partial<Progress> = {}): Progress {
  return { records: 0, bytes: 0, totalBytes: 0, fetchedBytes: 0, ...parts };
}

/** For two reducers. */
export function aMapManifest(parts: Partial<MapManifest> = {}): MapManifest {
  return {
    kind: 'map',
    storedRoot: aDigest('1'),
    contentRoot: aDigest('2'),
    partitionRecords: [3, 4],
    partitionBytes: [30, 40],
    recordsIn: 5,
    bytesIn: 100,
    recordsEmitted: 7,
    recordsOut: 7,
    bytesOut: 70,
    spills: 0,
    counters: {},
    skipped: [],
    ...parts,
  };
}

export function aReduceManifest(parts: Partial<ReduceManifest> = {}): ReduceManifest {
  return {
    kind: 'reduce',
    files: [{ name: 'part-00000', length: 20, sha256: aDigest('3') }],
    recordsIn: 7,
    bytesIn: 70,
    groups: 2,
    recordsOut: 2,
    spills: 0,
    counters: {},
    consumed: aDigest('4'),
    plan: aPlan().digest,
    ...parts,
  };
}
