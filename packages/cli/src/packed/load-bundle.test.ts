import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Script } from 'node:vm';
import { compiledFolder, loadBundle, wrapped } from './load-bundle.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bundle-'));
  mkdirSync(join(folder, compiledFolder));
  writeFileSync(join(folder, 'package.json'), '{"type":"commonjs"}');
});
afterEach(() => rmSync(folder, { recursive: true }));

function load(source: string, compiled: Uint8Array | undefined): unknown {
  writeFileSync(join(folder, 'role.js'), source);
  if (compiled !== undefined) writeFileSync(join(folder, compiledFolder, 'role'), compiled);
  return loadBundle('role', pathToFileURL(`${folder}/`));
}

/** V8 tells sources apart by their lengths alone, so whose code runs shows what was taken. */
function compiledOf(source: string): Buffer {
  return new Script(wrapped(source)).createCachedData();
}

test('runs what was compiled when it was packed', () => {
  expect(load('module.exports = 1', compiledOf('module.exports = 2'))).toBe(2);
});

test('compiles for itself what does not fit', () => {
  expect(load('module.exports = 1', compiledOf('module.exports = 22'))).toBe(1);
});

test('compiles for itself where the compiled code is damaged or missing', () => {
  const damaged = compiledOf('module.exports = 2');
  damaged.fill(0, 0, 16);
  expect(load('module.exports = 1', damaged)).toBe(1);
  expect(load('module.exports = 3', Buffer.alloc(0))).toBe(1);
});

test('gives a bundle what a CommonJS module has', () => {
  const source =
    "exports.name = __filename; exports.place = __dirname; exports.join = require('node:path').join;";
  expect(load(source, compiledOf(source))).toEqual({
    name: join(folder, 'role.js'),
    place: folder,
    join,
  });
});
