/** A spec with one fault: the field at which it is, and the spec. */
export interface BadSpec {
  readonly field: string;
  readonly spec: unknown;
}

const good = {
  program: { builtin: { name: 'wordcount' } },
  inputs: [{ sample: {} }],
};
const long = 'x'.repeat(300);

function withField(field: string, value: unknown): BadSpec {
  const [first = '', ...rest] = field.split('.');
  const nested = rest.reduceRight<unknown>((inner, name) => ({ [name]: inner }), value);
  return { field: first, spec: { ...good, [first]: nested } };
}

const inputs = (...list: readonly unknown[]): BadSpec => ({
  field: 'inputs',
  spec: { ...good, inputs: list },
});
const program = (source: unknown): BadSpec => ({
  field: 'program',
  spec: { ...good, program: source },
});

/** What the API server refuses by itself. */
export const refused: readonly BadSpec[] = [
  { field: 'spec', spec: undefined },
  { field: 'spec', spec: 'wordcount' },
  { field: 'program', spec: { inputs: good.inputs } },
  { field: 'inputs', spec: { program: good.program } },
  withField('colour', 'red'),
  withField('workers.colour', 'red'),
  withField('Reducers', 2),
  program({}),
  program('wordcount'),
  program({ builtin: {} }),
  program({ builtin: { name: '' } }),
  program({ builtin: { name: 7 } }),
  program({ builtin: { name: 'wordcount' }, inline: { source: 'export default {}' } }),
  program({ builtin: { name: long } }),
  program({ inline: { source: '' } }),
  program({ configMap: { name: 'My_Map', key: 'program.ts' } }),
  program({ configMap: { name: 'map' } }),
  program({ configMap: { name: 'map', key: 'a/b' } }),
  program({ module: { image: 'my image', path: '/program.js' } }),
  program({ module: { image: 'image', path: 'program.js' } }),
  program({ streaming: {} }),
  program({ streaming: { mapper: { command: [] } } }),
  program({ streaming: { mapper: { command: [''] } } }),
  program({ url: { url: 'ftp://host/program.ts', sha256: 'a'.repeat(64) } }),
  program({ url: { url: 'https://host/program.ts' } }),
  program({ url: { url: 'https://host/program.ts', sha256: 'a'.repeat(63) } }),
  inputs(),
  inputs({}),
  inputs({ sample: {}, text: { value: 'a' } }),
  inputs({ text: { value: '' } }),
  inputs({ text: {} }),
  inputs({ configMap: { name: 'UPPER' } }),
  inputs({ http: { url: 'file:///etc/passwd' } }),
  inputs({ pvc: { claimName: 'data', path: '../other' } }),
  inputs({ pvc: { claimName: 'data', path: '/absolute' } }),
  inputs({ pvc: {} }),
  inputs({ generated: {} }),
  inputs({ generated: { teragen: { records: 0 } } }),
  inputs({ generated: { teragen: { records: 1.5 } } }),
  inputs({ generated: { words: { size: 'large' } } }),
  inputs({ s3: { bucket: 'b' } }),
  inputs(...Array.from({ length: 101 }, () => ({ sample: {} }))),
  withField('output', { volume: {}, pvc: { claimName: 'results' } }),
  withField('output', {}),
  withField('output.pvc', { path: 'x' }),
  withField('output.pvc', { claimName: 'results', path: 'a/../b' }),
  withField('reducers', 0),
  withField('reducers', -1),
  withField('reducers', '4'),
  withField('reducers', 1e9),
  withField('splitSize', '12 apples'),
  withField('splitSize', '1'),
  withField('memory', '1Mi'),
  withField('memory', '1Ti'),
  withField('taskTimeoutSeconds', 0),
  withField('skipBadRecords', -1),
  {
    field: 'skipBadRecords',
    spec: { ...good, program: { streaming: { mapper: { command: ['cat'] } } }, skipBadRecords: 1 },
  },
  withField('format', 'xml'),
  withField('workers.replicas', -1),
  withField('workers.replicas', 100_000),
  withField('workers.slots', 0),
  withField('workers.disk', '1Ki'),
  withField('workers.graceSeconds', -5),
  withField('coordinator.volume', { emptyDir: {}, claim: { size: '1Gi' } }),
  withField('suspend', 'yes'),
  withField('activeDeadlineSeconds', 0),
  withField('ttlSecondsAfterFinished', -1),
  withField('backoffLimit', -1),
  withField('failurePolicy.rules', [{ onCodes: [], action: 'Retry' }]),
  withField('failurePolicy.rules', [{ onCodes: ['task'], action: 'Panic' }]),
  withField('managedBy', 'somebody'),
];

/** What only a start shows: the job has to say so in a condition. */
export const reported: readonly (BadSpec & { readonly name: string; readonly says: RegExp })[] = [
  {
    name: 'no-such-builtin',
    field: 'program',
    spec: program({ builtin: { name: 'no-such-program' } }).spec,
    says: /no-such-program/,
  },
  {
    name: 'does-not-parse',
    field: 'program',
    spec: program({ inline: { source: 'export default {' } }).spec,
    says: /program|inline/i,
  },
  {
    name: 'no-such-config-map',
    field: 'program',
    spec: program({ configMap: { name: 'no-such-map', key: 'program.ts' } }).spec,
    says: /no-such-map/,
  },
  {
    name: 'no-such-image',
    field: 'workers',
    spec: withField('workers.image', 'localhost/no-such-image:1').spec,
    says: /image/i,
  },
  {
    name: 'bad-template',
    field: 'workers',
    spec: withField('workers.template', { spec: { containers: 'none' } }).spec,
    says: /template/,
  },
];
