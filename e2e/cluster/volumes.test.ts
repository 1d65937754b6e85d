import {
  chmodSync,
  cpSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect } from '@jest/globals';
import {
  coordinatorPod,
  digest,
  inCoordinator,
  jobUntil,
  outputOf,
  podsOf,
  submit,
  untilComplete,
  untilMapped,
  wentOn,
  type Job,
  type JobName,
} from './support/job.ts';
import { apply, kubectl, listObjects } from './support/kubectl.ts';
import { canBreakNodes } from './support/machines.ts';
import { mapreduce } from './support/plugin.ts';
import { succeed } from './support/run.ts';
import { scenario, testNamespace } from './support/scenario.ts';
import { localOutput, workload } from './support/workload.ts';

const namespace = testNamespace('volumes');
const command = join(import.meta.dirname, '../../packages/cli/dist/mapreduce.js');
const made: string[] = [];
let directory: string;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'mapreduce-e2e-'));
  chmodSync(directory, 0o755);
});
afterAll(async () => {
  if (made.length > 0) await kubectl('delete', 'pv', ...made, '--wait=false');
  rmSync(directory, { recursive: true, force: true });
});

/**
 * A volume for the claim of that name: a folder of this machine, whose disk all nodes of the suite's own
 * cluster share. Returns the folder.
 */
async function volumeFor(claim: string, mode: 'ReadWriteMany' | 'ReadWriteOnce'): Promise<string> {
  const folder = join(directory, claim);
  mkdirSync(folder);
  // hostPath gives no volume to a group, and the images' user is none that this machine knows.
  chmodSync(folder, 0o777);
  const name = `${namespace.name}-${claim}`;
  await apply({
    ...{ apiVersion: 'v1', kind: 'PersistentVolume', metadata: { name } },
    spec: {
      ...{ accessModes: [mode], capacity: { storage: '1Gi' }, storageClassName: '' },
      ...{ hostPath: { path: folder, type: 'Directory' }, persistentVolumeReclaimPolicy: 'Retain' },
      claimRef: { namespace: namespace.name, name: claim },
    },
  });
  made.push(name);
  return folder;
}

/** A claim that many may use, and the folder behind it. */
async function claimed(name: string): Promise<string> {
  const folder = await volumeFor(name, 'ReadWriteMany');
  await apply({
    ...{ apiVersion: 'v1', kind: 'PersistentVolumeClaim' },
    metadata: { namespace: namespace.name, name },
    spec: {
      ...{ accessModes: ['ReadWriteMany'], storageClassName: '' },
      ...{ volumeName: `${namespace.name}-${name}`, resources: { requests: { storage: '1Gi' } } },
    },
  });
  return folder;
}

async function deletePod({ namespace: space }: JobName, pod: string): Promise<void> {
  await kubectl('delete', 'pod', '-n', space, pod);
}

interface CommittedFile {
  readonly name: string;
  readonly inode: bigint;
  readonly writtenNs: bigint;
}

/** Each part that has a commit record in a folder of outputs, and the record. */
function committed(folder: string): readonly CommittedFile[] {
  const records = globSync('_mapreduce/*/commits/part-*.json', { cwd: folder });
  const parts = records.map((record) => basename(record, '.json'));
  return [...records, ...parts].sort().map((name) => {
    const { ino: inode, mtimeNs: writtenNs } = statSync(join(folder, name), { bigint: true });
    return { name, inode, writtenNs };
  });
}

// Elsewhere there is no folder that all nodes share.
if (canBreakNodes) {
  describe('a job whose input and output are in claims', () => {
    const stuck = { name: 'unmounted', namespace: '' };
    const { spec } = workload(1, { map: 0, reduce: 0 });

    beforeAll(async () => {
      stuck.namespace = namespace.name;
      rmSync(await claimed('absent'), { recursive: true });
      await submit(stuck, { ...spec, inputs: [{ pvc: { claimName: 'absent' } }] });
    });

    scenario('keeps the parts that it committed over a suspension', namespace, async () => {
      const folder = await claimed('kept-parts');
      const load = workload(4, { map: 0.1, reduce: 4 });
      const job = { namespace: namespace.name, name: 'paused' };
      await submit(job, {
        ...load.spec,
        output: { pvc: { claimName: 'kept-parts' } },
        workers: { replicas: 1, graceSeconds: 5 },
      });
      const hasCommitted = ({ status }: Job) => (status?.progress?.reduces.completed ?? 0) >= 2;
      await jobUntil(job, hasCommitted, 'with two of its four parts');
      const suspend = (value: boolean) =>
        kubectl(
          ...['patch', 'mrj', '-n', job.namespace, job.name, '--type=merge'],
          ...['-p', JSON.stringify({ spec: { suspend: value } })],
        );
      await suspend(true);
      const isGone = ({ status }: Job) =>
        status?.conditions?.some(
          ({ type, status: is, message }) =>
            type === 'Suspended' && is === 'True' && message === '',
        ) === true;
      await jobUntil(job, isGone, 'suspended, with no pods');
      const before = committed(folder);
      // Each has a record and a part. A third may have been done while its worker was told to go.
      expect([4, 6]).toContain(before.length);
      await suspend(false);
      const done = await untilComplete(job);
      expect(digest(await outputOf(done))).toBe(digest(await load.expected()));
      wentOn(done);
      const after = committed(folder);
      expect(after.length).toBe(8);
      expect(after).toEqual(expect.arrayContaining([...before]));
    });

    scenario('reads and writes there, over the loss of its coordinator', namespace, async () => {
      const [books, results] = [await claimed('books'), await claimed('results')];
      const load = workload(16, { map: 0.8, reduce: 1 });
      const [{ text }] = load.spec.inputs as [{ text: { value: string } }];
      mkdirSync(join(books, 'new'));
      writeFileSync(join(books, 'new/text'), text.value);
      const job = { namespace: namespace.name, name: 'in-claims' };
      await submit(job, {
        ...load.spec,
        inputs: [{ pvc: { claimName: 'books', path: 'new/text' } }],
        output: { pvc: { claimName: 'results', path: 'first' } },
      });
      await deletePod(job, coordinatorPod(await untilMapped(job, 4)));
      const done = await untilComplete(job, 180);
      const expected = digest(await load.expected());
      expect(digest(await outputOf(done))).toBe(expected);
      wentOn(done);
      expect(done.status?.output?.location).toBe('pvc://results/first');
      await deletePod(job, coordinatorPod(done));
      expect(await mapreduce(job.namespace, 'cat', job.name)).toEqual({
        ...{ code: 1, stdout: '' },
        stderr: expect.stringMatching(/mount claim results .* in folder first$/m),
      });
      await kubectl('delete', 'mrj', '-n', job.namespace, job.name, '--timeout=60s');
      // The output outlives the job.
      const local = join(directory, 'copy');
      cpSync(join(results, 'first'), local, { recursive: true });
      const printed = await succeed(process.execPath, [command, 'cat', local]);
      expect(digest(printed)).toBe(expected);
    });

    scenario('says so when one cannot be mounted', namespace, async () => {
      const isTold = ({ status }: Job) =>
        status?.conditions?.some(
          ({ type, status: is, reason, message }) =>
            type === 'Degraded' &&
            is === 'True' &&
            reason === 'ContainerCreating' &&
            /pod unmounted-coordinator-1: .* a volume cannot be attached or mounted/.test(message),
        ) === true;
      await jobUntil(stuck, isTold, 'told to be without its volume');
      const { code, stdout } = await mapreduce(stuck.namespace, 'explain', stuck.name);
      expect(code).toBe(0);
      expect(stdout).toMatch(
        /waits for a volume \(FailedMount\): .*\n {2}→ see whether the server or disk/,
      );
    });
  });

  describe('a coordinator with a claim of its own', () => {
    scenario('is followed by one that serves the same output', namespace, async () => {
      await volumeFor('kept-coordinator', 'ReadWriteOnce');
      const load = workload(8, { map: 0.2, reduce: 0.5 });
      const job = { namespace: namespace.name, name: 'kept' };
      const claim = { size: '1Gi' };
      await submit(job, { ...load.spec, coordinator: { volume: { claim } } });
      const done = await untilComplete(job);
      const expected = digest(await load.expected());
      expect(digest(await outputOf(done))).toBe(expected);
      await deletePod(job, coordinatorPod(done));
      const again = await jobUntil(
        job,
        ({ status }) =>
          status?.coordinator?.generation === 2 &&
          status.conditions?.some(
            ({ type, status: is }) => type === 'CoordinatorReady' && is === 'True',
          ) === true,
        'served again',
      );
      expect(digest(await outputOf(again))).toBe(expected);
      expect(again.status?.phase).toBe('Succeeded');
      wentOn(again);
      expect(await listObjects(job.namespace, 'pods', podsOf(job, 'worker'))).toEqual([]);
      expect((await inCoordinator(again, 'mapreduce', 'verify')).toString()).toMatch(/^whole:/);
    });
  });

  describe("a program in an image of the user's own", () => {
    scenario('is run out of it', namespace, async () => {
      const program = join(import.meta.dirname, '../local/programs/word-count.ts');
      const context = join(directory, 'image');
      mkdirSync(context);
      cpSync(program, join(context, 'program.ts'));
      writeFileSync(
        join(context, 'Dockerfile'),
        'FROM localhost/mapreduce-coordinator:0.1.0\nCOPY program.ts /srv/program.ts\n',
      );
      const scripts = join(import.meta.dirname, '../minicluster');
      const archive = join(directory, 'image.tar');
      const image = 'localhost/words-of-my-own:1';
      const file = join(context, 'Dockerfile');
      await succeed(join(scripts, 'image'), ['build', image, file, context, archive]);
      await succeed(join(scripts, 'load'), [archive]);
      const job = { namespace: namespace.name, name: 'own-image' };
      const text = join(directory, 'text');
      writeFileSync(text, 'a rose is a rose is a rose\n');
      await submit(job, {
        program: { module: { image, path: '/srv/program.ts' } },
        inputs: [{ text: { value: 'a rose is a rose is a rose\n' } }],
        reducers: 2,
      });
      const done = await untilComplete(job);
      const expected = await localOutput(program, [text], 2);
      expect(digest(await outputOf(done))).toBe(digest(expected));
    });
  });
}
