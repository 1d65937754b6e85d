import { expect, test } from '@jest/globals';
import { ESLint } from 'eslint';
import tseslint from 'typescript-eslint';
import config from '../eslint.config.js';

const root = new URL('..', import.meta.url).pathname;

/** Rules that need no types: any path will do, whether a file is there or not. */
const untyped = new ESLint({
  cwd: root,
  overrideConfigFile: true,
  baseConfig: [...config, { files: ['**/*.ts'], ...tseslint.configs.disableTypeChecked }],
});

const typedFile = 'packages/worker/src/lint-fixture.ts';

/** Rules that need types: one path alone is admitted to the TypeScript program. */
const typed = new ESLint({
  cwd: root,
  overrideConfigFile: true,
  baseConfig: [
    ...config,
    {
      files: [typedFile],
      languageOptions: {
        parserOptions: {
          projectService: { allowDefaultProject: [typedFile], defaultProject: 'tsconfig.json' },
        },
      },
    },
  ],
});

async function faults(eslint: ESLint, filePath: string, code: string): Promise<(string | null)[]> {
  const results = await eslint.lintText(code, { filePath });
  return results.flatMap(({ messages }) => messages.map((m) => m.ruleId ?? m.message));
}

const layers = 'mapreduce/layers';
const coreImports = 'mapreduce/core-imports';
const restrictedGlobals = 'no-restricted-globals';
const restrictedSyntax = 'no-restricted-syntax';

test.each([
  ['sdk', 'export * from "@mapreduce/protocol";'],
  ['protocol', 'export * from "@mapreduce/service";'],
  ['service', 'export * from "@mapreduce/storage";'],
  ['storage', 'export * from "@mapreduce/engine";'],
  ['engine', 'export * from "@mapreduce/scheduler";'],
  ['scheduler', 'export * from "@mapreduce/engine";'],
  ['scheduler', 'export * from "@mapreduce/service";'],
  ['coordinator', 'export * from "@mapreduce/worker";'],
  ['worker', 'export * from "@mapreduce/coordinator";'],
  ['worker', 'export const load = () => import("@mapreduce/simulation");'],
  ['worker', 'export type T = import("@mapreduce/cli").T;'],
  ['simulation', 'export * from "@mapreduce/cli";'],
  ['worker', 'export * from "@mapreduce/testing";'],
  ['worker', 'export * from "@mapreduce/worker";'],
  ['worker', 'export * from "@mapreduce/engine/src/merge.ts";'],
  ['worker', 'export * from "../../engine/src/index.ts";'],
  ['worker', 'export * from "../../../scripts/ensure.js";'],
  ['worker', 'export * from "express";'],
  ['unheard-of', 'export * from "@mapreduce/sdk";'],
])('an import that %s must not have is refused: %s', async (name, code) => {
  expect(await faults(untyped, `packages/${name}/src/a.ts`, code)).toEqual([layers]);
});

test.each([
  ['packages/protocol/src/a.ts', 'export * from "zod";'],
  ['packages/scheduler/src/a.ts', 'export * from "@mapreduce/protocol";'],
  ['packages/coordinator/src/a.ts', 'export * from "@mapreduce/engine";'],
  ['packages/coordinator/src/a.ts', 'export * from "@mapreduce/scheduler";'],
  ['packages/coordinator/src/a.ts', 'export * from "express";'],
  ['packages/coordinator/src/http/a.ts', 'export * from "../core/plan.ts";'],
  ['packages/simulation/src/a.ts', 'export * from "@mapreduce/worker";'],
  ['packages/cli/src/a.ts', 'export * from "@mapreduce/simulation";'],
  ['packages/worker/src/a.test.ts', 'export * from "@mapreduce/testing";'],
  ['packages/worker/src/a.test.ts', 'export * from "fast-check";'],
  ['packages/testing/src/a.ts', 'export * from "@mapreduce/worker";'],
  ['e2e/local/a.ts', 'export * from "@mapreduce/testing";'],
  ['bench/a.ts', 'export * from "@mapreduce/cli";'],
  ['examples/a.ts', 'export * from "@mapreduce/sdk";'],
])('an import downwards is allowed: %s, %s', async (path, code) => {
  expect(await faults(untyped, path, code)).toEqual([]);
});

test('bench, examples and tests keep to their own limits', async () => {
  const code = 'export * from "@mapreduce/testing";';
  expect(await faults(untyped, 'bench/a.ts', code)).toEqual([layers]);
  expect(await faults(untyped, 'examples/a.ts', 'export * from "@mapreduce/cli";')).toEqual([
    layers,
  ]);
  const upwards = 'export * from "@mapreduce/cli";';
  expect(await faults(untyped, 'packages/engine/src/a.test.ts', upwards)).toEqual([layers]);
});

const cores = [
  'packages/scheduler/src/deep/a.ts',
  'packages/engine/src/a.ts',
  'packages/sdk/src/a.ts',
  'packages/coordinator/src/core/a.ts',
  'packages/worker/src/core/deep/a.ts',
];
const escapes: [code: string, rule: string][] = [
  ['import "node:fs";', coreImports],
  ['import "fs";', coreImports],
  ['import "fs/promises";', coreImports],
  ['export * from "node:path";', coreImports],
  ['export const load = () => import("node:zlib");', coreImports],
  ['export const x = new Date();', restrictedGlobals],
  ['export const x = setTimeout(f, 1); function f() { return 1; }', restrictedGlobals],
  ['export const x = setInterval(f, 1); function f() { return 1; }', restrictedGlobals],
  ['export const x = setImmediate(f); function f() { return 1; }', restrictedGlobals],
  ['export const x = process.pid;', restrictedGlobals],
  ['export const x = Buffer.alloc(1);', restrictedGlobals],
  ['export const x = performance.now();', restrictedGlobals],
  ['export const x = fetch("http://localhost");', restrictedGlobals],
  ['export const x = crypto.randomUUID();', restrictedGlobals],
  ['export const x = globalThis;', restrictedGlobals],
  ['export const x = Math.random();', 'no-restricted-properties'],
  ['export const { random } = Math;', 'no-restricted-properties'],
  ['export const x = AbortSignal.timeout(1);', 'no-restricted-properties'],
];

test.each(cores.flatMap((path) => escapes.map(([code, rule]) => [path, code, rule] as const)))(
  'a core reaches the world through ports alone: %s, %s',
  async (path, code, rule) => {
    expect(await faults(untyped, path, code)).toEqual([rule]);
  },
);

test.each([
  'packages/scheduler/src/a.test.ts',
  'packages/engine/src/a.bench.ts',
  'packages/worker/src/a.ts',
  'packages/service/src/a.ts',
])('outside the cores Node.js is at hand: %s', async (path) => {
  for (const [code] of escapes) expect(await faults(untyped, path, code)).toEqual([]);
});

test('a core may queue microtasks and do arithmetic', async () => {
  const code = 'queueMicrotask(() => undefined); export const x = Math.max(1, 2);';
  expect(await faults(untyped, 'packages/engine/src/a.ts', code)).toEqual([]);
});

test('enums are refused everywhere', async () => {
  for (const path of ['packages/worker/src/a.ts', 'examples/a.ts']) {
    expect(await faults(untyped, path, 'export enum Color { Red }')).toEqual([restrictedSyntax]);
  }
});

test.each([
  'export default 1;',
  'const a = 1; export { a as default };',
  'const a = 1; export = a;',
])('a default export is refused outside user programs: %s', async (code) => {
  expect(await faults(untyped, 'packages/worker/src/a.ts', code)).toEqual([restrictedSyntax]);
  expect(await faults(untyped, 'examples/a.ts', code)).toEqual([]);
  expect(await faults(untyped, 'packages/cli/src/fixtures/a.ts', code)).toEqual([]);
});

test('a file has at most 300 lines, a test 500', async () => {
  const lines = (count: number) => 'export {};\n' + '\n'.repeat(count - 1);
  expect(await faults(untyped, 'packages/worker/src/a.ts', lines(300))).toEqual([]);
  expect(await faults(untyped, 'packages/worker/src/a.ts', lines(302))).toEqual(['max-lines']);
  expect(await faults(untyped, 'packages/worker/src/a.test.ts', lines(500))).toEqual([]);
  expect(await faults(untyped, 'packages/worker/src/a.test.ts', lines(502))).toEqual(['max-lines']);
});

test.each([
  ['no-explicit-any', 'export const f = (x: any) => { void x; };'],
  ['no-non-null-assertion', 'export const f = (x: string | null) => x!;'],
  ['no-floating-promises', 'export const f = () => { Promise.resolve(1); };'],
  [
    'switch-exhaustiveness-check',
    'export function f(x: "a" | "b") { switch (x) { case "a": return 1; } return 2; }',
  ],
  ['restrict-template-expressions', 'export const f = (x: object) => `${x}`;'],
  ['no-unsafe-member-access', 'export const f = () => JSON.parse("{}").a as string;'],
  [
    'no-import-type-side-effects',
    'import { type Job } from "@mapreduce/sdk"; export type J = Job;',
  ],
])('%s is on', async (rule, code) => {
  expect(await faults(typed, typedFile, code)).toContain(`@typescript-eslint/${rule}`);
});

test('numbers and booleans may stand in templates', async () => {
  const code = 'export const f = (n: number, b: boolean) => `${n} ${b}`;\n';
  expect(await faults(typed, typedFile, code)).toEqual([]);
});
