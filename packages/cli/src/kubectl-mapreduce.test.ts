import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { expect, it } from '@jest/globals';

const program = fileURLToPath(new URL('../bin/kubectl-mapreduce.js', import.meta.url));
const kubeconfig = {
  apiVersion: 'v1',
  kind: 'Config',
  'current-context': 'c',
  clusters: [{ name: 'c', cluster: { server: 'http://127.0.0.1:9' } }],
  users: [{ name: 'u', user: {} }],
  contexts: [{ name: 'c', context: { cluster: 'c', user: 'u' } }],
};

it('says nothing where its reader has seen enough', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'plugin-'));
  const file = join(directory, 'kubeconfig');
  writeFileSync(file, JSON.stringify(kubeconfig));
  const args = ['submit', 'wordcount', 'sample', '--dry-run', '--kubeconfig', file];
  const child = spawn(process.execPath, [program, ...args]);
  child.stdout.destroy();
  const [said] = await Promise.all([text(child.stderr), once(child, 'exit')]);
  rmSync(directory, { recursive: true });
  expect(said).toBe('');
  expect(child.exitCode).toBe(0);
});
