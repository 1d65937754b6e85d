import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { readInput } from './inputs.ts';
import { manifest, readOutput, type ManifestRequest } from './manifest.ts';
import { readProgram } from './program.ts';

const directory = mkdtempSync(join(tmpdir(), 'submit-'));
afterAll(() => rmSync(directory, { recursive: true }));
const fileOf = (name: string, content: string) => {
  writeFileSync(join(directory, name), content);
  return join(directory, name);
};

describe('an input of the command line', () => {
  it.each([
    ['sample', { sample: {} }],
    ['https://x.example/a.txt', { http: { url: 'https://x.example/a.txt' } }],
    ['pvc:books', { pvc: { claimName: 'books', path: '' } }],
    ['pvc:books/en/a.txt', { pvc: { claimName: 'books', path: 'en/a.txt' } }],
    ['configmap:notes', { configMap: { name: 'notes' } }],
    ['configmap:notes/today', { configMap: { name: 'notes', key: 'today' } }],
    ['teragen:1000', { generated: { teragen: { records: 1_000 } } }],
    ['words:10Mi', { generated: { words: { size: '10Mi', seed: 1 } } }],
  ])('%s is %j', (text, input) => {
    expect(readInput(text)).toEqual(input);
  });

  it('may be a small file, whose text goes with the job', () => {
    expect(readInput(fileOf('a.txt', 'some text'))).toEqual({ text: { value: 'some text' } });
  });

  it('may be no file that does not fit into a resource', () => {
    const path = fileOf('big.txt', 'x'.repeat(262_145));
    expect(() => readInput(path)).toThrow(/262145 bytes do not fit into a resource/);
  });

  it('is refused where there is no such file, with what it may be', () => {
    expect(() => readInput('nothing.txt')).toThrow(
      /no such file\. An input is one of: sample, http/,
    );
    expect(() => readInput('teragen:many')).toThrow(/expected a number of records/);
  });
});

describe('an output of the command line', () => {
  it('is a volume or a claim', () => {
    expect(readOutput('volume')).toEqual({ volume: {} });
    expect(readOutput('pvc:out/today')).toEqual({ pvc: { claimName: 'out', path: 'today' } });
    expect(() => readOutput('/tmp/x')).toThrow(
      '--output /tmp/x: expected volume or pvc:CLAIM/PATH',
    );
  });
});

describe('a program of the command line', () => {
  it('is a built-in by its name', async () => {
    expect(await readProgram('wordcount')).toEqual({ builtin: { name: 'wordcount' } });
  });

  it('is sent with what it imports, and without the SDK', async () => {
    fileOf('helper.ts', "export const shout = (text: string): string => text.toUpperCase() + '!';");
    const path = fileOf(
      'program.ts',
      "import { defineJob } from '@mapreduce/sdk'; import { shout } from './helper.ts';\n" +
        'export default defineJob({ map: (line, emit) => emit(shout(line), 1) });',
    );
    const program = await readProgram(path);
    if (!('inline' in program)) throw new Error('expected a program within the resource');
    expect(program.inline.source).toContain('toUpperCase');
    expect(program.inline.source).toMatch(/from ?["']@mapreduce\/sdk["']/);
  });

  it('is refused where it does not fit into a resource', async () => {
    const path = fileOf('large.ts', `export default ${JSON.stringify('x'.repeat(300_000))};`);
    await expect(readProgram(path)).rejects.toThrow(/do not fit into a resource/);
  });
});

describe('the resource that submit sends', () => {
  const request: ManifestRequest = {
    ...{ namespace: 'team', name: undefined, programText: 'src/2 Word_Count.ts', suffix: 'a1b2c3' },
    ...{ program: { builtin: { name: 'wordcount' } }, inputs: [{ sample: {} }] },
    ...{ output: undefined, settings: {}, workers: {} },
  };

  it('is called after its program', () => {
    expect(manifest(request).metadata).toEqual({ name: 'word-count-a1b2c3', namespace: 'team' });
    const long = manifest({ ...request, programText: 'x'.repeat(80) });
    expect(long.metadata.name).toBe(`${'x'.repeat(33)}-a1b2c3`);
  });

  it('says only what was asked for, so that the server fills in its defaults', () => {
    const { spec } = manifest({ ...request, settings: { reducers: 3 }, workers: { replicas: 5 } });
    expect(spec).toEqual({
      program: { builtin: { name: 'wordcount' } },
      ...{ inputs: [{ sample: {} }], reducers: 3, workers: { replicas: 5 } },
    });
  });

  it('is refused here, with every fault, where the server would refuse it', () => {
    const settings = { reducers: 0, memory: '1Mi' };
    expect(() => manifest({ ...request, name: 'Bad', settings })).toThrow(
      /spec\.reducers: .*\n.*spec\.memory: expected a size from 16Mi to 64Gi/,
    );
  });
});
