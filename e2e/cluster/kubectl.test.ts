import { join } from 'node:path';
import { describe, expect } from '@jest/globals';
import {
  coordinatorPod,
  digest,
  jobUntil,
  podsOf,
  submit,
  untilMapped,
  type Job,
} from './support/job.ts';
import { kubectl, listObjects } from './support/kubectl.ts';
import { mapreduce as inNamespace } from './support/plugin.ts';
import { scenario, testNamespace } from './support/scenario.ts';
import { workload } from './support/workload.ts';

const root = join(import.meta.dirname, '../..');
const namespace = testNamespace('kubectl');

const mapreduce = (...args: readonly string[]) => inNamespace(namespace.name, ...args);

const said = (stdout: RegExp, code = 0) => ({
  ...{ code, stderr: '' },
  stdout: expect.stringMatching(stdout),
});

describe('kubectl mapreduce, in front of a real job,', () => {
  scenario(
    'submits a program of a file, watches it, and prints and proves its output',
    namespace,
    async () => {
      const program = join(root, 'e2e/local/programs/word-count.ts');
      const input = join(root, 'README.md');
      const flags = ['--name', 'submitted', '--reducers', '2', '--workers', '1'];
      const submitted = await mapreduce('submit', program, input, ...flags, '--watch');
      expect(submitted).toMatchObject({ code: 0 });
      expect(submitted.stdout).toMatch(/done in .* kubectl mapreduce cat submitted/);
      expect((await mapreduce('cat', 'submitted')).stdout).toMatch(/\t\d+\n/);
      expect(await mapreduce('verify', 'submitted')).toEqual(said(/^whole: 2 parts,/));
      expect(await mapreduce('explain', 'submitted')).toEqual(said(/^The job is complete/));
      expect(await mapreduce('get')).toEqual(said(/^submitted +.*Succeeded +100 %/m));
    },
  );

  scenario(
    'tells what a job does, scales it, and prints the bytes of a local run',
    namespace,
    async () => {
      const job = { namespace: namespace.name, name: 'looked-after' };
      // One worker leaves the time to look at it; more of them make up for that.
      const load = workload(40, { map: 1.2, reduce: 1 });
      await submit(job, { ...load.spec, workers: { replicas: 1 } });
      const watching = mapreduce('watch', job.name, '--json');
      await untilMapped(job, 2);
      expect(await mapreduce('explain', job.name)).toEqual(said(/^The job runs: \d+ %/));
      expect(await mapreduce('scale', job.name, '--workers', '2')).toEqual(
        said(/goes to 2 workers/),
      );
      await kubectl('scale', '-n', job.namespace, `mrj/${job.name}`, '--replicas=4');
      const areReady = ({ status }: Job) => status?.workers?.ready === 4;
      const pod = coordinatorPod(await jobUntil(job, areReady, 'with 4 ready workers'));
      expect(await mapreduce('logs', job.name, '--tail', '5')).toMatchObject(
        said(new RegExp(`^${pod}  \\{.*\\}$`, 'm')),
      );
      const events = (await watching).stdout.trim().split('\n');
      expect(events.map((line) => typeof JSON.parse(line)).length).toBeGreaterThan(3);
      const { stdout } = await mapreduce('cat', job.name);
      expect(digest(Buffer.from(stdout))).toBe(digest(await load.expected()));
    },
  );

  scenario('says what keeps a job from starting, and what to do', namespace, async () => {
    const job = { namespace: namespace.name, name: 'stuck' };
    const image = 'localhost/no-such-image:1';
    const load = workload(2, { map: 0, reduce: 0 });
    await submit(job, { ...load.spec, workers: { image, replicas: 1 } });
    const isStuck = jobUntil(
      job,
      ({ status }) =>
        status?.conditions?.some(
          ({ type, status: is, reason }) =>
            type === 'Degraded' && is === 'True' && reason.includes('Image'),
        ) === true,
      'said to be without its image',
    );
    await isStuck;
    const explained = await mapreduce('explain', job.name);
    expect(explained).toEqual(said(/its image cannot be had.*\n {2}→ check the name of the image/));
    expect(await mapreduce('cancel', job.name)).toEqual(said(/is being cancelled/));
    expect(await mapreduce('watch', job.name, '--quiet')).toMatchObject({ code: 3 });
    expect(await mapreduce('explain', job.name)).toEqual(said(/^The job failed \(Cancelled\)/));
    const left = await listObjects(job.namespace, 'pods', podsOf(job, 'worker'));
    for (const { metadata } of left) {
      await kubectl(
        ...['wait', '-n', job.namespace, `pod/${metadata.name}`, '--for=delete', '--timeout=60s'],
      );
    }
  });

  scenario('refuses what the cluster would, with the field', namespace, async () => {
    const refused = await mapreduce('submit', 'wordcount', 'sample', '--reducers', '0');
    expect(refused).toMatchObject({ code: 2, stdout: '' });
    expect(refused.stderr).toMatch(/reducers/);
    expect((await mapreduce('cat', 'nobody')).stderr).toMatch(/there is none in namespace/);
  });
});
