import { describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { books, sequentialWordCount } from './support/books.ts';
import { executable } from './support/command.ts';
import { temporaryDirectory } from './support/directory.ts';
import { sortedLines } from './support/output.ts';

const scratch = temporaryDirectory();
const script = fileURLToPath(new URL('./hosts/three-hosts.sh', import.meta.url));

function run(
  command: string,
  args: readonly string[],
): Promise<{ code: number | null; text: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    let text = '';
    child.stdout.setEncoding('utf8').on('data', (data: string) => (text += data));
    child.stderr.setEncoding('utf8').on('data', (data: string) => (text += data));
    child.on('error', reject);
    child.on('close', (code) => {
      resolve({ code, text });
    });
  });
}

describe('three hosts that share nothing', () => {
  it('count words: inputs are served by range, parts are PUT to the coordinator', async () => {
    const disk = join(scratch, 'disk');
    const given = join(scratch, 'given');
    const result = join(scratch, 'result');
    for (const path of [disk, given, result]) mkdirSync(path);
    const inputs = books(join(scratch, 'books'));
    for (const path of inputs) cpSync(path, join(given, basename(path)));
    writeFileSync(join(given, 'control'), 'c'.repeat(64), { mode: 0o600 });
    writeFileSync(join(given, 'worker'), 'd'.repeat(64), { mode: 0o600 });
    writeFileSync(
      join(given, 'coordinator.json'),
      JSON.stringify({
        job: {
          id: 'three-hosts',
          program: { kind: 'builtin', name: 'wordcount' },
          reducers: 3,
          splitSize: 128 * 1_024,
          memory: 64 * 2 ** 20,
          taskTimeoutMs: 60_000,
          format: 'binary',
          compression: 'zstd',
          fsync: true,
          backupTasks: true,
        },
        inputs: inputs.map((path) => ({
          kind: 'path',
          path: join(disk, basename(path)),
          shared: false,
        })),
        output: { kind: 'volume', directory: join(disk, 'out'), overwrite: false },
        listen: { host: '10.77.0.1', port: 7_077 },
        tokens: { control: join(disk, 'control'), worker: join(disk, 'worker') },
        stateDirectory: join(disk, 'state'),
        generation: 1,
        lingerMs: 2_000,
      }),
    );
    const mapreduce = `${process.execPath} ${executable}`;
    const coordinator = [
      `cp ${given}/* ${disk}`,
      `${mapreduce} coordinator --config ${disk}/coordinator.json`,
      `${mapreduce} verify ${disk}/out`,
      `cp ${disk}/out/part-* ${disk}/out/_SUCCESS ${result}`,
    ].join(' && ');
    // A worker's host has the token and nothing else: neither books nor results.
    const worker = [
      `cp ${given}/worker ${disk}`,
      `mount -t tmpfs tmpfs ${given}`,
      `mount -t tmpfs tmpfs ${result}`,
      `mount -t tmpfs tmpfs ${join(scratch, 'books')} 2>/dev/null || true`,
      `exec ${mapreduce} worker --coordinator http://10.77.0.1:7077 --token-file ${disk}/worker` +
        ` --directory ${disk}/scratch --host 10.77.0.$HOST_NUMBER`,
    ].join(' && ');
    const root = process.getuid?.() === 0 ? [] : ['--map-root-user'];
    const { code, text } = await run('unshare', [
      ...[...root, '--net', '--mount', 'sh', script, disk, coordinator, worker],
    ]);
    expect({ code, text: code === 0 ? '' : text }).toEqual({ code: 0, text: '' });
    expect(sortedLines(result).map((line) => line.replace('\t', ' '))).toEqual(
      sequentialWordCount(inputs),
    );
  }, 60_000);
});
