import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, writeFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { PreparationError } from '@mapreduce/coordinator/node';
import { examples } from '@mapreduce/examples';
import type { Program } from '@mapreduce/protocol';
import { streamingName } from '@mapreduce/protocol/plain';
import type { ProgramSource } from '@mapreduce/protocol/resource';
import type { Web } from '@mapreduce/service';
import { CliError } from '../exit-codes.ts';
import { bundleProgram } from '../program/bundle.ts';
import { closest } from '../values/closest.ts';
import { fetchFile } from './fetch-file.ts';
import type { PodDirectories } from './pod-directories.ts';

/** A program that is ready to be handed to workers. */
export interface PreparedProgram {
  readonly program: Program;
  /** Where its bundled module lies, where it is one. */
  readonly file?: string;
}

/** A program that is to be bundled. */
type SourceText = Exclude<ProgramSource, { builtin: unknown } | { streaming: unknown }>;

/** What esbuild knows how to read by its name. */
const extensions: ReadonlySet<string> = new Set([
  ...['.ts', '.mts', '.cts', '.tsx'],
  ...['.js', '.mjs', '.cjs', '.jsx'],
]);

/** As the status names it. */
export function programName(source: ProgramSource): string {
  if ('builtin' in source) return source.builtin.name;
  if ('inline' in source) return 'inline';
  if ('configMap' in source) return `${source.configMap.name}/${source.configMap.key}`;
  if ('module' in source) return source.module.path;
  return 'url' in source ? source.url.url : streamingName(source.streaming);
}

/**
 * Brings the program's source to a file in `folder` and bundles it there, as `mapreduce run` does. The
 * path is part of the bundle, and so of its digest. Throws `PreparationError`.
 */
export async function prepareProgram(
  source: ProgramSource,
  directories: PodDirectories,
  folder: string,
  web: Web,
): Promise<PreparedProgram> {
  if ('builtin' in source) return { program: builtin(source.builtin.name) };
  if ('streaming' in source) {
    const commands = source.streaming;
    return { program: { kind: 'streaming', name: programName(source), commands } };
  }
  const path = await sourceFile(source, folder, directories, web);
  try {
    const { code, sha256 } = await bundleProgram(path);
    const file = join(folder, 'bundle.mjs');
    // What is recorded next names it.
    writeFileSync(file, code, { flush: true });
    return { program: { kind: 'module', name: programName(source), sha256 }, file };
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    throw new PreparationError('program', `program.${fieldOf(source)}: ${error.message}`);
  }
}

function fieldOf(source: SourceText): string {
  if ('inline' in source) return 'inline.source';
  if ('configMap' in source) return 'configMap.key';
  return 'module' in source ? 'module.path' : 'url.url';
}

function builtin(name: string): Program {
  if (Object.hasOwn(examples, name)) return { kind: 'builtin', name };
  const names = Object.keys(examples);
  const near = closest(name, names);
  const hint = near === undefined ? '' : ` Did you mean ${near}?`;
  throw new PreparationError(
    'program',
    `program.builtin.name: there is no built-in ${name}.${hint} Built-ins: ${names.join(', ')}`,
  );
}

/** The file to bundle. One in the user's own image is left where it is, beside what it imports. */
async function sourceFile(
  source: SourceText,
  folder: string,
  directories: PodDirectories,
  web: Web,
): Promise<string> {
  if ('inline' in source) {
    const path = join(folder, 'program.ts');
    writeFileSync(path, source.inline.source);
    return path;
  }
  if ('configMap' in source) {
    const { name, key } = source.configMap;
    const mounted = join(directories.program, key);
    if (!existsSync(mounted)) {
      throw new PreparationError(
        'program',
        `program.configMap.key: ConfigMap ${name} has no key ${key}`,
      );
    }
    const path = join(folder, `program${extensionOf(key)}`);
    copyFileSync(mounted, path);
    return path;
  }
  if ('module' in source) {
    const { image, path } = source.module;
    if (existsSync(path)) return path;
    throw new PreparationError(
      'program',
      `program.module.path: image ${image} has no file ${path}`,
    );
  }
  const { url, sha256 } = source.url;
  const bytes = await fetchFile(web, 'program.url.url', url);
  const found = createHash('sha256').update(bytes).digest('hex');
  if (found !== sha256) {
    throw new PreparationError(
      'program',
      `program.url.sha256: ${url} has sha256 ${found}, but the job names ${sha256}: name that one if it is what you want to run`,
    );
  }
  const path = join(folder, `program${extensionOf(new URL(url).pathname)}`);
  writeFileSync(path, bytes);
  return path;
}

/** TypeScript where the name tells nothing: every JavaScript is that too, nearly. */
function extensionOf(name: string): string {
  const extension = extname(name).toLowerCase();
  return extensions.has(extension) ? extension : '.ts';
}
