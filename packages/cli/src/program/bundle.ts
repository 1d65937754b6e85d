import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { BuildFailure, BuildOptions, Plugin } from 'esbuild';
import { CliError } from '../exit-codes.ts';

/** A program as one ES module that imports nothing but Node's own. */
export interface Bundle {
  readonly code: Uint8Array;
  /** Lower-case hex. */
  readonly sha256: string;
}

/**
 * The SDK that programs are bundled with: this command's own, wherever the program lies. The packed
 * command carries it as a file beside its bundle.
 */
function sdkPath(): string {
  const packed = fileURLToPath(new URL('./sdk.mjs', import.meta.url));
  return existsSync(packed) ? packed : createRequire(import.meta.url).resolve('@mapreduce/sdk');
}

function ownSdk(): Plugin {
  return {
    name: 'own-sdk',
    setup(build) {
      build.onResolve({ filter: /^@mapreduce\/sdk$/ }, () => ({ path: sdkPath() }));
    },
  };
}

/** CommonJS packages inside an ES module still ask for `require` of Node's own modules. */
const banner =
  "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);";

/**
 * Bundles a TypeScript or JavaScript program, with a source map that holds its sources. Throws a
 * `CliError` that shows where it does not parse, or what it imports in vain.
 */
export async function bundleProgram(path: string): Promise<Bundle> {
  return (await beginBundle(path)).bundle;
}

/** The same; resolves when the bundler, a process of its own, has been started. */
export async function beginBundle(path: string): Promise<{ readonly bundle: Promise<Bundle> }> {
  const bundler = await import('esbuild');
  const bundle = bundled(bundler, path, { banner: { js: banner }, plugins: [ownSdk()] }).then(
    (code) => ({ code, sha256: createHash('sha256').update(code).digest('hex') }),
  );
  // Whoever asks for it hears of it.
  bundle.catch(() => undefined);
  return { bundle };
}

/**
 * The same as a text that a coordinator elsewhere bundles with its own SDK, which it leaves out.
 * Throws as `bundleProgram` does.
 */
export async function bundleForCluster(path: string): Promise<string> {
  const code = await bundled(await import('esbuild'), path, { external: ['@mapreduce/sdk'] });
  return new TextDecoder().decode(code);
}

async function bundled(
  esbuild: typeof import('esbuild'),
  path: string,
  options: BuildOptions,
): Promise<Uint8Array> {
  try {
    const { outputFiles = [] } = await esbuild.build({
      entryPoints: [path],
      bundle: true,
      write: false,
      format: 'esm',
      platform: 'node',
      target: 'node24',
      charset: 'utf8',
      // The module will lie elsewhere, so that its map names sources from the root.
      outfile: '/program.mjs',
      sourcemap: 'inline',
      sourceRoot: 'file:///',
      sourcesContent: true,
      logLevel: 'silent',
      ...options,
    });
    return outputFiles[0]?.contents ?? new Uint8Array();
  } catch (error) {
    if (!isBuildFailure(error)) throw error;
    // Its notes tell how to configure esbuild, which nobody can from here.
    const shown = error.errors.slice(0, 3).map((fault) => ({ ...fault, notes: [] }));
    const messages = await esbuild.formatMessages(shown, { kind: 'error' });
    const more = error.errors.length - messages.length;
    const rest = more > 0 ? `\n(and ${more} more)` : '';
    throw new CliError(
      `program ${path}: cannot be bundled\n\n${messages.join('').trimEnd()}${rest}`,
    );
  } finally {
    await esbuild.stop();
  }
}

function isBuildFailure(error: unknown): error is BuildFailure {
  return error instanceof Error && 'errors' in error && Array.isArray(error.errors);
}
