import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { build } from 'esbuild';

const entry = fileURLToPath(new URL('core/simulate.ts', import.meta.url));

test('the core bundles for a browser: nothing in it is of Node.js', async () => {
  const { outputFiles, metafile } = await build({
    entryPoints: [entry],
    bundle: true,
    platform: 'browser',
    format: 'esm',
    target: 'es2024',
    write: false,
    metafile: true,
    logLevel: 'silent',
  });
  const imports = Object.values(metafile.outputs).flatMap((output) => output.imports);
  expect(imports).toEqual([]);
  const [bundle] = outputFiles;
  expect(bundle?.text).not.toMatch(/["']node:/);
  expect(Object.keys(metafile.inputs).some((path) => path.endsWith('simulate.ts'))).toBe(true);
}, 60_000);
