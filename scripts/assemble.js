/**
 * Assembles the kernel that looks words up: `word-kernel.wat` becomes the module beside it, which holds the code
 * as text, so that sources and bundles run without a build. To be run after each change of the
 * kernel. With `--check` it writes nothing, and fails if the module is not what it would write.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import assembler from 'wabt';

const folder = new URL('../packages/sdk/src/', import.meta.url);
const source = fileURLToPath(new URL('word-kernel.wat', folder));
const target = fileURLToPath(new URL('word-kernel-code.ts', folder));

const { parseWat } = await assembler();
const kernel = parseWat(source, readFileSync(source, 'utf8'), { simd: true });
kernel.resolveNames();
kernel.validate();
const code = Buffer.from(kernel.toBinary({}).buffer).toString('base64');
const text =
  '/** `word-kernel.wat`, as `npm run assemble` makes it of it; in base64. */\n' +
  `export const wordKernelCode =\n  '${code}';\n`;

if (!process.argv.includes('--check')) {
  writeFileSync(target, text);
} else if (readFileSync(target, 'utf8') !== text) {
  console.error('word-kernel-code.ts is not what word-kernel.wat assembles to: npm run assemble');
  process.exitCode = 1;
}
