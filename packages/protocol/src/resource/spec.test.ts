import { describe, expect, it } from '@jest/globals';
import { jobSpecSchema, mapReduceJobSchema, type JobSpec } from './index.ts';

const least = { program: { builtin: { name: 'wordcount' } }, inputs: [{ sample: {} }] };

/** What is wrong with a spec: `path: message` for each fault. */
function faultsOf(spec: unknown): string[] {
  const parsed = jobSpecSchema.safeParse(spec);
  return parsed.success
    ? []
    : parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
}

describe('the spec of a MapReduceJob', () => {
  it('needs a program and an input, and fills in the rest', () => {
    const spec: JobSpec = jobSpecSchema.parse(least);
    expect(spec).toMatchObject({
      output: { volume: {} },
      reducers: 4,
      splitSize: '64Mi',
      workers: { replicas: 2, slots: 1, graceSeconds: 90 },
      coordinator: { volume: { emptyDir: { size: '10Gi' } } },
      suspend: false,
      backoffLimit: 2,
      failurePolicy: { rules: [{ onCodes: ['input', 'program', 'task'], action: 'FailJob' }] },
    });
  });

  it('has all its defaults filled in once', () => {
    const spec = jobSpecSchema.parse(least);
    expect(jobSpecSchema.parse(spec)).toEqual(spec);
  });

  it('takes exactly one program', () => {
    const two = { builtin: { name: 'grep' }, inline: { source: 'x' } };
    const message = 'expected exactly one of builtin, inline, configMap, module, url, streaming';
    expect(faultsOf({ ...least, program: two })).toEqual([`program: ${message}`]);
    expect(faultsOf({ ...least, program: {} })).toEqual([`program: ${message}`]);
  });

  it('takes commands, whose bad records it does not skip', () => {
    const program = { streaming: { mapper: { command: ['tr', 'a', ''] } } };
    const spec = jobSpecSchema.parse({ ...least, program });
    expect(spec.program).toEqual({
      streaming: { ...program.streaming, sideEffects: false, nondeterministic: false },
    });
    expect(faultsOf({ ...least, program, skipBadRecords: 1 })).toEqual([
      expect.stringMatching(/skipBadRecords: not with program.streaming/),
    ]);
  });

  it.each([
    [{ program: { streaming: {} } }, /^program\.streaming\.mapper: /],
    [
      { program: { streaming: { mapper: { command: [] } } } },
      /^program\.streaming\.mapper\.command: /,
    ],
    [
      { program: { streaming: { mapper: { command: [''] } } } },
      /^program\.streaming\.mapper\.command: expected a program, then its arguments/,
    ],
    [{ inputs: [] }, /^inputs: /],
    [{ inputs: [{ http: { url: 'ftp://x/y' } }] }, /^inputs\.0\.http\.url: expected a URL/],
    [{ inputs: [{ http: { url: 'https://x:99999' } }] }, /^inputs\.0\.http\.url: expected a URL/],
    [
      { inputs: [{ pvc: { claimName: 'c', path: '../x' } }] },
      /^inputs\.0\.pvc\.path: expected a relative path/,
    ],
    [
      { inputs: [{ pvc: { claimName: 'c', path: 'a/../x' } }] },
      /^inputs\.0\.pvc\.path: expected a relative path/,
    ],
    [{ reducers: 0 }, /^reducers: /],
    [{ memory: '1Mi' }, /^memory: expected a size from 16Mi to 64Gi/],
    [{ splitSize: '64mi' }, /^splitSize: expected a size such as/],
    [{ workers: { replicas: -1 } }, /^workers\.replicas: /],
    [
      { workers: { resources: { requests: { cpu: 'much' } } } },
      /^workers\.resources\.requests\.cpu/,
    ],
    [
      { program: { url: { url: 'https://x.example/p.ts', sha256: 'abc' } } },
      /^program\.url\.sha256: expected a sha256/,
    ],
    [
      { failurePolicy: { rules: [{ onCodes: [], action: 'Retry' }] } },
      /^failurePolicy\.rules\.0\.onCodes/,
    ],
    [{ nothing: 1 }, /nothing/],
  ])('refuses %j and names the field', (part, fault) => {
    const faults = faultsOf({ ...least, ...part });
    expect(faults).toHaveLength(1);
    expect(faults[0]).toMatch(fault);
  });

  it.each(['input', 'input/a.txt', 'a/.hidden', ''])('takes the path %p in a volume', (path) => {
    expect(faultsOf({ ...least, inputs: [{ pvc: { claimName: 'c', path } }] })).toEqual([]);
  });

  it('keeps what it does not know in a pod template', () => {
    const template = { spec: { nodeSelector: { disk: 'ssd' }, futureField: [1] } };
    const { workers } = jobSpecSchema.parse({ ...least, workers: { template } });
    expect(workers.template).toEqual(template);
  });
});

describe('a MapReduceJob', () => {
  const job = (name: string) => ({
    apiVersion: 'mapreduce.dev/v1alpha1',
    kind: 'MapReduceJob',
    metadata: { name, uid: '1' },
    spec: least,
  });

  it.each(['a', 'word-count-2', 'a'.repeat(40)])('may be called %s', (name) => {
    expect(mapReduceJobSchema.safeParse(job(name)).success).toBe(true);
  });

  it.each(['2a', 'a.b', 'a-', 'a'.repeat(41)])('may not be called %s', (name) => {
    const parsed = mapReduceJobSchema.safeParse(job(name));
    expect(parsed.error?.issues.map(({ message }) => message)).toEqual([
      'metadata.name: expected at most 40 of a-z, 0-9 and -, beginning with a letter',
    ]);
  });
});
