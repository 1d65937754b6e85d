/**
 * `node launcher.mjs FILE BUNDLE`: writes the executable of an image that has no shell. It names the
 * very Node.js that runs this, which base images keep in different places.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const [file = '', bundle = ''] = process.argv.slice(2);

mkdirSync(dirname(file), { recursive: true });
writeFileSync(join(dirname(file), 'package.json'), '{"type":"commonjs"}\n');
writeFileSync(
  file,
  `#!${process.execPath}
require('node:module').enableCompileCache();
${bundle.endsWith('.mjs') ? 'import' : 'require'}(${JSON.stringify(bundle)});
`,
  { mode: 0o755 },
);
