/**
 * Makes `dist/`, the command as npm ships it: a JavaScript bundle for the command line and one for
 * each role, what V8 compiles of each, the SDK that users' programs are bundled with, and the
 * examples' sources. Run by `npm pack`.
 */
import { copyFileSync, globSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build as bundle, type BuildOptions, type Plugin } from 'esbuild';
import { compileBundles } from './compile-bundles.ts';
import { licencesOf } from './licences.ts';
import { importingBundle } from './src/packed/load-bundle.ts';

const here = fileURLToPath(new URL('.', import.meta.url));
const root = join(here, '../..');
const dist = join(here, 'dist');

const common: BuildOptions = {
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node24',
  charset: 'utf8',
  logLevel: 'warning',
};

/**
 * Takes each of Node's own modules when something of it is first used: an `import` would read every
 * export, and so load all that they load lazily (`node:http` alone brings undici), in processes that
 * never use it. Starts each process about 40 ms earlier.
 */
const lazyBuiltins: Plugin = {
  name: 'lazy-builtins',
  setup(build) {
    build.onResolve({ filter: /^node:/ }, ({ path }) => ({ path, namespace: 'builtin' }));
    build.onLoad({ filter: /.*/, namespace: 'builtin' }, ({ path }) => {
      const names = Object.keys(process.getBuiltinModule(path) ?? {});
      const module = `process.getBuiltinModule(${JSON.stringify(path)})`;
      const getters = names.map(
        (name) => `get ${JSON.stringify(name)}() { return ${module}[${JSON.stringify(name)}]; }`,
      );
      return { contents: `module.exports = { ${getters.join(', ')} };` };
    });
  },
};

/** None of our modules acts by being imported, so a role leaves out what it does not use. */
const pureModules: Plugin = {
  name: 'pure-modules',
  setup(build) {
    build.onResolve(
      { filter: /^(?:@mapreduce\/|\.)/ },
      async ({ path, pluginData, ...options }) => {
        if (pluginData === pureModules.name) return undefined;
        const resolved = await build.resolve(path, { ...options, pluginData: pureModules.name });
        const isOurs = resolved.path.startsWith(root) && !resolved.path.includes('node_modules');
        return isOurs ? { ...resolved, sideEffects: false } : resolved;
      },
    );
  },
};

/**
 * Express loads whatever an application might call. Ours routes, and reads and sends its bodies itself:
 * the parsers are left out, which with their character sets are half of the coordinator's bundle, and
 * the rest loads if it is called after all. Starts the coordinator about 15 ms earlier.
 */
const sparingExpress: Plugin = {
  name: 'sparing-express',
  setup(build) {
    const filter =
      /^(?:accepts|content-disposition|mime-types|proxy-addr|qs|send|serve-static|type-is)$/;
    build.onResolve({ filter: /^body-parser$/ }, ({ path }) => ({ path, namespace: 'left-out' }));
    build.onLoad({ filter: /.*/, namespace: 'left-out' }, () => ({ contents: '' }));
    build.onResolve({ filter }, async ({ path, importer, pluginData, ...options }) => {
      if (!importer.includes('/node_modules/express/')) return undefined;
      if (pluginData === sparingExpress.name) return undefined;
      const again = { ...options, importer, pluginData: sparingExpress.name };
      const resolved = await build.resolve(path, again);
      return { path: resolved.path, namespace: 'late' };
    });
    build.onLoad({ filter: /.*/, namespace: 'late' }, ({ path }) => ({
      contents: `module.exports = new Proxy(function () {}, {
        get: (_target, name) => require(${JSON.stringify(path)})[name],
        apply: (_target, self, args) => Reflect.apply(require(${JSON.stringify(path)}), self, args),
      });`,
      resolveDir: root,
    }));
  },
};

/** What a process may be, by the name of its bundle; main.ts chooses. */
const roles = {
  executor: 'roles/executor.ts',
  worker: 'roles/worker.ts',
  'watched-worker': 'roles/watched-worker.ts',
  coordinator: 'roles/coordinator.ts',
  'job-coordinator': 'roles/job-coordinator.ts',
  'command-line': 'command-line.ts',
};

/** Leaves each role out of the bundle that chooses among them, which loads it instead. */
const separateRoles: Plugin = {
  name: 'separate-roles',
  setup(build) {
    const filter =
      /^\.\/(?:roles\/(?:executor|(?:watched-)?worker|(?:job-)?coordinator)|command-line)\.ts$/;
    build.onResolve({ filter }, ({ path }) => ({ path: basename(path, '.ts'), namespace: 'role' }));
    build.onLoad({ filter: /.*/, namespace: 'role' }, ({ path }) => ({
      contents: `module.exports = require('./src/packed/load-bundle.ts').loadBundle('${path}');`,
      resolveDir: here,
    }));
  },
};

/**
 * CommonJS, since that starts 10 ms earlier than an ES module; `require` of one role loads what that
 * role runs and no more. Whoever reads a stack of ours needs names; blanks are what every process
 * would parse in vain.
 */
const command: BuildOptions = {
  ...common,
  format: 'cjs',
  // A string of one byte a character takes half the memory, and less time to scan.
  charset: 'ascii',
  absWorkingDir: root,
  outdir: dist,
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: 'external',
  external: ['esbuild'],
  define: { 'import.meta.url': 'importMetaUrl' },
  banner: {
    js: "'use strict'; const importMetaUrl = process.getBuiltinModule('node:url').pathToFileURL(__filename).href;",
  },
};

rmSync(dist, { recursive: true, force: true });
await bundle({
  ...command,
  entryPoints: { mapreduce: join(here, 'src/main.ts') },
  plugins: [lazyBuiltins, separateRoles, pureModules],
  supported: { 'dynamic-import': false },
});
const sources = new Set<string>();
for (const [name, source] of Object.entries(roles)) {
  const { metafile } = await bundle({
    ...command,
    metafile: true,
    entryPoints: { [name]: join(here, 'src', source) },
    plugins: [lazyBuiltins, pureModules, sparingExpress],
    // A script may import only with a feature of Node's that warns of itself; esbuild can be required.
    supported: { 'dynamic-import': name === importingBundle },
  });
  for (const input of Object.keys(metafile.inputs)) sources.add(input);
}
// It starts once a command, and mostly waits for the API server: nothing is gained by sparing it.
const plugin = await bundle({
  ...command,
  metafile: true,
  entryPoints: { 'kubectl-mapreduce': join(here, 'src/kubectl-mapreduce.ts') },
  plugins: [pureModules],
  supported: { 'dynamic-import': false },
});
for (const input of Object.keys(plugin.metafile.inputs)) sources.add(input);
writeFileSync(join(dist, 'package.json'), '{"type":"commonjs"}\n');
await bundle({
  ...common,
  entryPoints: [fileURLToPath(import.meta.resolve('@mapreduce/sdk'))],
  outfile: join(dist, 'sdk.mjs'),
});
for (const program of globSync('*/program.ts', { cwd: join(root, 'examples') })) {
  const target = join(dist, 'examples', program);
  mkdirSync(dirname(target), { recursive: true });
  copyFileSync(join(root, 'examples', program), target);
}
compileBundles(dist, Object.keys(roles), {
  program: join(root, 'examples/wordcount-lines/program.ts'),
  // Text that is there wherever this is built.
  inputs: globSync('src/**/*.ts', { cwd: here }).map((path) => join(here, path)),
});
copyFileSync(join(root, 'LICENSE'), join(here, 'LICENSE'));
writeFileSync(join(dist, 'THIRD-PARTY-LICENSES.txt'), licencesOf(root, [...sources]));
