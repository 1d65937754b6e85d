import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { runCoordinator } from '@mapreduce/coordinator/node';
import type { JobStatus } from '@mapreduce/protocol';
import { jobFileSchema } from '@mapreduce/protocol/resource';
import { newToken, NodeTransport, NodeWeb, writeTokenFile } from '@mapreduce/service/node';
import { MemoryLog } from '@mapreduce/testing';
import { runWorker } from '@mapreduce/worker/node';
import { finishedParts } from '../commands/finished-parts.ts';
import type { PodDirectories } from './pod-directories.ts';
import { unpreparedJob } from './prepare-job.ts';

const entry = fileURLToPath(new URL('../main.ts', import.meta.url));
const countWords = `
  import { defineJob, sum, words } from '@mapreduce/sdk';
  export default defineJob({
    map: (line: string, emit) => { for (const word of words(line)) emit(word, 1); },
    reduce: (word, counts, emit) => emit(word, sum(counts)),
  });`;
const wordcount = { builtin: { name: 'wordcount' } };

let root: string;
let directories: PodDirectories;
let token: string;
/** Ends what a test has started. */
let ends: (() => Promise<unknown>)[];

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'pod-job-'));
  const at = (name: string) => join(root, name);
  directories = {
    ...{ tokens: at('tokens'), data: at('data'), state: at('data/state') },
    ...{ volumeOutput: at('data/output'), output: at('output'), inputs: at('input') },
    ...{ program: at('program'), sample: at('sample') },
  };
  for (const name of ['tokens', 'data', 'output', 'input', 'program', 'sample'])
    mkdirSync(at(name));
  token = newToken();
  writeTokenFile(at('tokens/control'), token);
  writeTokenFile(at('tokens/worker'), newToken());
  ends = [];
});
afterEach(async () => {
  await Promise.all(ends.map((end) => end()));
  rmSync(root, { recursive: true });
});

function put(path: string, content: string): void {
  mkdirSync(join(root, path, '..'), { recursive: true });
  writeFileSync(join(root, path), content);
}

/** A mounted ConfigMap: its keys are links through `..data`. */
function mountConfigMap(path: string, values: Record<string, string>): void {
  for (const [key, value] of Object.entries(values)) put(`${path}/..v1/${key}`, value);
  symlinkSync('..v1', join(root, path, '..data'));
  for (const key of Object.keys(values)) {
    symlinkSync(`..data/${key}`, join(root, path, key));
  }
}

function fileOf(spec: Record<string, unknown>, attempt = 0) {
  return jobFileSchema.parse({
    ...{ id: `words-0123abcd-${attempt}`, attempt, namespace: 'team', name: 'words' },
    spec: { program: wordcount, inputs: [{ text: { value: 'a b a\n' } }], memory: '16Mi', ...spec },
    images: { coordinator: 'c', worker: 'w', pullPolicy: 'IfNotPresent' },
  });
}

interface Running {
  readonly address: string;
  readonly stop: () => Promise<unknown>;
  readonly status: () => Promise<JobStatus>;
  readonly decided: () => Promise<JobStatus>;
}

function coordinator(spec: Record<string, unknown>, attempt = 0): Promise<Running> {
  const controller = new AbortController();
  const web = new NodeWeb();
  const transport = new NodeTransport({ control: token });
  const listen = { host: '127.0.0.1', port: 0 };
  const job = { file: fileOf(spec, attempt), generation: 1, listen, directories, web };
  return new Promise((resolve, reject) => {
    const announce = (line: string) => {
      const { listening: address } = JSON.parse(line) as { listening: string };
      const ask = (after: number, waitMs: number) =>
        transport.call(address, 'status', { after, waitMs }, { timeoutMs: 40_000 });
      const stop = () => {
        controller.abort('SIGTERM');
        return outcome.finally(() => {
          transport.close();
          web.close();
        });
      };
      const decided = async () => {
        let status = await ask(0, 0);
        while (status.state === 'running') status = await ask(status.version, 20_000);
        return status;
      };
      ends.push(stop);
      resolve({ address, stop, decided, status: () => ask(0, 0) });
    };
    const run = { log: new MemoryLog(), announce, signal: controller.signal };
    const outcome = runCoordinator(unpreparedJob(job), run);
    outcome.catch(reject);
  });
}

function worker(address: string) {
  const leave = new AbortController();
  const log = new MemoryLog();
  const over = runWorker({
    coordinator: address,
    tokenFile: join(root, 'tokens/worker'),
    directory: join(root, `worker-${ends.length}`),
    ...{ slots: 1, executorArgs: [entry, 'executor'], stay: true, log, signal: leave.signal },
  });
  const stop = () => {
    leave.abort();
    return over;
  };
  ends.push(stop);
  return { log, over, stop };
}

/** The output, a line a word in byte order. */
function output(directory = directories.volumeOutput): string[] {
  return finishedParts(directory)
    .flatMap((part) => readFileSync(join(directory, part), 'utf8').split('\n'))
    .filter((line) => line !== '')
    .sort();
}

describe('a job of a cluster', () => {
  it('reads inputs of every kind, with a program that is written in its spec', async () => {
    mountConfigMap('input/1', { b: 'beta\n', a: 'alpha\n' });
    put('input/2/books/one.txt', 'alpha claim\n');
    put('sample/book.txt', 'sample alpha\n');
    const running = await coordinator({
      program: { inline: { source: countWords } },
      inputs: [
        { text: { value: 'alpha text\n' } },
        { configMap: { name: 'notes' } },
        { pvc: { claimName: 'books', path: 'books' } },
        { sample: {} },
        { generated: { words: { size: '200', seed: 3 } } },
      ],
      reducers: 2,
    });
    worker(running.address);
    const status = await running.decided();
    expect(status).toMatchObject({ state: 'succeeded', program: 'inline', inputs: { count: 6 } });
    const lines = output();
    expect(lines).toEqual(
      expect.arrayContaining(['alpha\t4', 'beta\t1', 'claim\t1', 'sample\t1', 'text\t1']),
    );
    expect(lines.length).toBeGreaterThan(15);
  }, 60_000);

  it('takes its program from a ConfigMap, a module beside what it imports, or a URL', async () => {
    mountConfigMap('program', { job: countWords });
    put('image/words.ts', "export { words } from '@mapreduce/sdk';");
    put(
      'image/job.ts',
      countWords.replace('sum, words }', 'sum }') + "import { words } from './words';",
    );
    const server = createServer((_, response) => response.end(countWords)).listen(0, '127.0.0.1');
    ends.push(() => Promise.resolve(server.close()));
    await new Promise((resolve) => server.once('listening', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/job.ts`;
    const sha256 = createHash('sha256').update(countWords).digest('hex');
    const programs = [
      { configMap: { name: 'programs', key: 'job' } },
      { module: { image: 'mine', path: join(root, 'image/job.ts') } },
      { url: { url, sha256 } },
    ];
    for (const [attempt, program] of programs.entries()) {
      rmSync(directories.volumeOutput, { recursive: true, force: true });
      const running = await coordinator({ program }, attempt);
      const { stop } = worker(running.address);
      expect(await running.decided()).toMatchObject({ state: 'succeeded' });
      expect(output()).toEqual(['a\t2', 'b\t1']);
      await Promise.all([stop(), running.stop()]);
    }
  }, 60_000);

  it('runs commands of the workers', async () => {
    const streaming = {
      mapper: { command: ['tr', ' ', String.raw`\n`] },
      reducer: { command: ['awk', '{ n[$1]++ } END { for (k in n) print k "\t" n[k] }'] },
    };
    const running = await coordinator({ program: { streaming } });
    worker(running.address);
    expect(await running.decided()).toMatchObject({ state: 'succeeded', program: 'tr | awk' });
    expect(output()).toEqual(['a\t2', 'b\t1']);
  }, 60_000);

  it('serves its status and output when its container starts again at the end', async () => {
    const spec = { inputs: [{ pvc: { claimName: 'books', path: '' } }] };
    put('input/0/book.txt', 'a b a');
    const running = await coordinator(spec);
    const { stop } = worker(running.address);
    await running.decided();
    await stop();
    await running.stop();
    rmSync(join(root, 'input/0'), { recursive: true });
    const again = await coordinator(spec);
    expect(await again.status()).toMatchObject({ state: 'succeeded' });
    expect(output()).toEqual(['a\t2', 'b\t1']);
  }, 60_000);

  it('has workers that stay at its end, and go when they are told to', async () => {
    const running = await coordinator({});
    const { log, over, stop } = worker(running.address);
    await running.decided();
    const said = () => log.facts.some(({ fact }) => fact.startsWith('the job has ended'));
    const pause = () =>
      new Promise<undefined>((resolve) => setTimeout(() => resolve(undefined), 20));
    let ended: number | undefined;
    while (ended === undefined && !said()) ended = await Promise.race([over, pause()]);
    expect(await Promise.race([over, pause()])).toBeUndefined();
    expect(await stop()).toBe(0);
  }, 60_000);
});

describe('a job that cannot begin', () => {
  const cases: [string, Record<string, unknown>, string, string][] = [
    [
      'a built-in that there is not',
      { program: { builtin: { name: 'wordcuont' } } },
      'program',
      'program.builtin.name: there is no built-in wordcuont. Did you mean wordcount?',
    ],
    [
      'a program that does not parse',
      { program: { inline: { source: 'export default {' } } },
      'program',
      'program.inline.source: program ',
    ],
    [
      'a key that its ConfigMap does not have',
      { program: { configMap: { name: 'programs', key: 'job.ts' } } },
      'program',
      'program.configMap.key: ConfigMap programs has no key job.ts',
    ],
    [
      'a module that the image does not have',
      { program: { module: { image: 'mine', path: '/no/job.ts' } } },
      'program',
      'program.module.path: image mine has no file /no/job.ts',
    ],
    [
      'an input that its ConfigMap does not have',
      { inputs: [{ text: { value: 'a' } }, { configMap: { name: 'notes', key: 'x' } }] },
      'input',
      'inputs[1].configMap.key: ConfigMap notes has no key x',
    ],
    [
      'a path that its claim does not have',
      { inputs: [{ pvc: { claimName: 'books', path: 'none' } }] },
      'input',
      'inputs[0].pvc.path: there is no none in claim books',
    ],
  ];

  it.each(cases)('is failed, and says why: %s', async (_, spec, code, message) => {
    const running = await coordinator(spec);
    const { error, state } = await running.decided();
    expect({ state, code: error?.code }).toEqual({ state: 'failed', code });
    expect(error?.cause.message).toContain(message);
  });

  it('stays failed when its container starts again, though the fault is mended', async () => {
    const spec = { program: { configMap: { name: 'programs', key: 'job.ts' } } };
    await (await coordinator(spec)).stop();
    mountConfigMap('program', { 'job.ts': countWords });
    const again = await coordinator(spec);
    expect(await again.decided()).toMatchObject({ state: 'failed' });
    const next = await coordinator(spec, 1);
    expect(await next.status()).toMatchObject({ state: 'running' });
  });

  it('refuses a program whose bytes are others than the job names', async () => {
    const server = createServer((_, response) => response.end('x')).listen(0, '127.0.0.1');
    ends.push(() => Promise.resolve(server.close()));
    await new Promise((resolve) => server.once('listening', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/job.ts`;
    const running = await coordinator({ program: { url: { url, sha256: '0'.repeat(64) } } });
    const { error } = await running.decided();
    expect(error?.cause.message).toMatch(/^program\.url\.sha256: .* but the job names 0{64}/);
  });
});

describe('an output on a claim', () => {
  const spec = { output: { pvc: { claimName: 'out', path: 'words' } } };

  it('is taken back from an earlier attempt, and from nobody else', async () => {
    put('output/words/_mapreduce/words-0123abcd-0/attempts/half', 'x');
    const running = await coordinator(spec, 1);
    worker(running.address);
    expect(await running.decided()).toMatchObject({ state: 'succeeded' });
    expect(output(join(directories.output, 'words'))).toEqual(['a\t2', 'b\t1']);
  }, 60_000);

  it('is refused where there is something else', async () => {
    put('output/words/notes.txt', 'mine');
    const running = await coordinator(spec, 1);
    const { error } = await running.decided();
    expect(error).toMatchObject({ code: 'output' });
    expect(error?.cause.message).toContain('not empty (notes.txt)');
    expect(readFileSync(join(directories.output, 'words/notes.txt'), 'utf8')).toBe('mine');
  });

  it('may be the whole of a volume, which has a folder of its file system', async () => {
    mkdirSync(join(directories.output, 'lost+found'));
    const running = await coordinator({ output: { pvc: { claimName: 'out' } } });
    worker(running.address);
    expect(await running.decided()).toMatchObject({ state: 'succeeded' });
  }, 60_000);
});
