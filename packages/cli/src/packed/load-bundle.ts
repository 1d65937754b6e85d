import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { constants, Script } from 'node:vm';

/** Beside the bundles: what V8 compiled of each when the command was packed. */
export const compiledFolder = 'compiled';

/** The one that imports what is not packed: the user's program. */
export const importingBundle = 'executor';

/** The function that a CommonJS module is the body of. */
export function wrapped(source: string): string {
  return `(function (exports, require, module, __filename, __dirname) {${source}\n})`;
}

/**
 * What the packed command's bundle `name`.js in `folder` (a URL; default: where this one is) exports. With it is packed what V8 had compiled of it at
 * the end of a job: to compile function by function takes each of six processes as long as to start.
 * A V8 of another version, or with other flags, refuses that, and compiles for itself.
 */
export function loadBundle(name: string, folder = new URL('.', import.meta.url)): unknown {
  const file = fileURLToPath(new URL(`${name}.js`, folder));
  const require = createRequire(file);
  const script = compiledScript(file, name);
  if (script === undefined) return require(file);
  const module = { exports: {} };
  const body = script.runInThisContext() as (...module: readonly unknown[]) => void;
  body(module.exports, require, module, file, dirname(file));
  return module.exports;
}

/**
 * The bundle `file`, which is called `name`, as it was compiled when the command was packed; undefined where V8
 * refuses that, or it is not there.
 */
export function compiledScript(file: string, name: string): Script | undefined {
  try {
    const script = new Script(wrapped(readFileSync(file, 'latin1')), {
      filename: file,
      cachedData: readFileSync(join(dirname(file), compiledFolder, name)),
      ...(name === importingBundle && {
        importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
      }),
    });
    return script.cachedDataRejected === true ? undefined : script;
  } catch {
    // Whatever keeps it from being read, the bundle itself is all that is needed.
    return undefined;
  }
}
