import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from '@jest/globals';
import { stringify } from 'yaml';
import { ruleTests } from './rule-cases.ts';

const directory = mkdtempSync(join(tmpdir(), 'rules-'));
afterAll(() => rmSync(directory, { recursive: true }));

const rules = join(import.meta.dirname, '../../charts/mapreduce/rules/mapreduce.yaml');

function promtool(...args: string[]) {
  const { status, stdout, stderr } = spawnSync('promtool', args, { encoding: 'utf8' });
  return { status, said: stdout + stderr };
}

it('the rules are what Prometheus takes', () => {
  expect(promtool('check', 'rules', rules)).toMatchObject({ status: 0 });
});

it('every alert fires when it should, and not before', () => {
  const file = join(directory, 'rules.test.yaml');
  writeFileSync(file, stringify(ruleTests(rules)));
  expect(promtool('test', 'rules', file)).toEqual({
    status: 0,
    said: expect.stringContaining('SUCCESS') as unknown,
  });
});
