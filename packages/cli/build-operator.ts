/** Makes the operator's `dist/`: one JavaScript bundle, for its image. */
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build as bundle } from 'esbuild';
import { licencesOf } from './licences.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const dist = join(root, 'packages/operator/dist');

rmSync(dist, { recursive: true, force: true });
const { metafile } = await bundle({
  absWorkingDir: root,
  entryPoints: [join(root, 'packages/operator/src/node/main.ts')],
  outfile: join(dist, 'mapreduce-operator.mjs'),
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node24',
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: 'external',
  logLevel: 'warning',
  metafile: true,
  // CommonJS packages inside an ES module still ask for `require` of Node's own modules.
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
});
writeFileSync(
  join(dist, 'THIRD-PARTY-LICENSES.txt'),
  licencesOf(root, Object.keys(metafile.inputs)),
);
