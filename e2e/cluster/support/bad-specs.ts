/** A spec with one fault: the spec, and the whole path of the field at which it is. */
export interface BadSpec {
  readonly field: string;
  readonly spec: unknown;
}

const good = {
  program: { builtin: { name: 'wordcount' } },
  inputs: [{ sample: {} }],
};
const long = 'x'.repeat(300);

/** `within`: where in the value the fault is. */
function withField(field: string, value: unknown, within = ''): BadSpec {
  const [first = '', ...rest] = field.split('.');
  const nested = rest.reduceRight<unknown>((inner, name) => ({ [name]: inner }), value);
  return { field: `spec.${field}${within}`, spec: { ...good, [first]: nested } };
}

const input = (value: unknown, within = '') => withField('inputs', [value], `[0]${within}`);
const program = (value: unknown, within = '') => withField('program', value, within);

/** What the API server refuses by itself. */
export const refused: readonly BadSpec[] = [
  { field: 'spec', spec: undefined },
  { field: 'spec', spec: 'wordcount' },
  { field: 'spec.program', spec: { inputs: good.inputs } },
  { field: 'spec.inputs', spec: { program: good.program } },
  withField('colour', 'red'),
  withField('workers.colour', 'red'),
  withField('Reducers', 2),
  program({}),
  program('wordcount'),
  program({ builtin: {} }, '.builtin.name'),
  program({ builtin: { name: '' } }, '.builtin.name'),
  program({ builtin: { name: 7 } }, '.builtin.name'),
  program({ builtin: { name: 'wordcount' }, inline: { source: 'export default {}' } }),
  program({ builtin: { name: long } }, '.builtin.name'),
  program({ inline: { source: '' } }, '.inline.source'),
  program({ configMap: { name: 'My_Map', key: 'program.ts' } }, '.configMap.name'),
  program({ configMap: { name: 'map' } }, '.configMap.key'),
  program({ configMap: { name: 'map', key: 'a/b' } }, '.configMap.key'),
  program({ module: { image: 'my image', path: '/program.js' } }, '.module.image'),
  program({ module: { image: 'image', path: 'program.js' } }, '.module.path'),
  program({ streaming: {} }, '.streaming.mapper'),
  program({ streaming: { mapper: { command: [] } } }, '.streaming.mapper.command'),
  program({ streaming: { mapper: { command: [''] } } }, '.streaming.mapper.command'),
  program({ url: { url: 'ftp://host/program.ts', sha256: 'a'.repeat(64) } }, '.url.url'),
  program({ url: { url: 'https://host/program.ts' } }, '.url.sha256'),
  program({ url: { url: 'https://host/program.ts', sha256: 'a'.repeat(63) } }, '.url.sha256'),
  withField('inputs', []),
  input({}),
  input({ sample: {}, text: { value: 'a' } }),
  input({ text: { value: '' } }, '.text.value'),
  input({ text: {} }, '.text.value'),
  input({ configMap: { name: 'UPPER' } }, '.configMap.name'),
  input({ http: { url: 'file:///etc/passwd' } }, '.http.url'),
  input({ pvc: { claimName: 'data', path: '../other' } }, '.pvc.path'),
  input({ pvc: { claimName: 'data', path: '/absolute' } }, '.pvc.path'),
  input({ pvc: {} }, '.pvc.claimName'),
  input({ generated: {} }, '.generated'),
  input({ generated: { teragen: { records: 0 } } }, '.generated.teragen.records'),
  input({ generated: { teragen: { records: 1.5 } } }, '.generated.teragen.records'),
  input({ generated: { words: { size: 'large' } } }, '.generated.words.size'),
  input({ s3: { bucket: 'b' } }, '.s3'),
  withField(
    'inputs',
    Array.from({ length: 101 }, () => ({ sample: {} })),
  ),
  withField('output', { volume: {}, pvc: { claimName: 'results' } }),
  withField('output', {}),
  withField('output.pvc', { path: 'x' }, '.claimName'),
  withField('output.pvc', { claimName: 'results', path: 'a/../b' }, '.path'),
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
    // A rule over two fields is one of the spec, and its message begins with the field.
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
  withField('failurePolicy.rules', [{ onCodes: [], action: 'Retry' }], '[0].onCodes'),
  withField('failurePolicy.rules', [{ onCodes: ['task'], action: 'Panic' }], '[0].action'),
  withField('managedBy', 'somebody'),
];

/** What only a start shows: the job has to say so in a condition. */
export const reported: readonly {
  readonly name: string;
  readonly spec: unknown;
  readonly says: RegExp;
}[] = [
  {
    name: 'no-such-builtin',
    spec: program({ builtin: { name: 'no-such-program' } }).spec,
    says: /no-such-program/,
  },
  {
    name: 'does-not-parse',
    spec: program({ inline: { source: 'export default {' } }).spec,
    says: /program|inline/i,
  },
  {
    name: 'no-such-config-map',
    spec: program({ configMap: { name: 'no-such-map', key: 'program.ts' } }).spec,
    says: /no-such-map/,
  },
  {
    name: 'no-such-image',
    spec: withField('workers.image', 'localhost/no-such-image:1').spec,
    says: /image/i,
  },
  {
    name: 'bad-template',
    spec: withField('workers.template', { spec: { containers: 'none' } }).spec,
    says: /template/,
  },
];
