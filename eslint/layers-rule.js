import { readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isTest, mayImport } from './layers.js';
import { visitModuleSources } from './module-sources.js';

const root = fileURLToPath(new URL('..', import.meta.url));

/**
 * A file's home: the package, or the top folder, that it belongs to.
 * @param {string} file
 */
function homeOf(file) {
  const parts = relative(root, file).split(sep);
  return parts[0] === 'packages' ? parts[1] : parts[0];
}

/** @type {Map<string, Set<string>>} */
const declared = new Map();

/**
 * The third-party packages that a manifest declares.
 * @param {string} folder relative to the root
 * @param {string[]} fields
 */
function dependencies(folder, fields) {
  const key = `${folder}:${fields.join()}`;
  const known = declared.get(key);
  if (known !== undefined) return known;
  /** @type {Record<string, Record<string, string> | undefined>} */
  const manifest = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
  const names = new Set(fields.flatMap((field) => Object.keys(manifest[field] ?? {})));
  declared.set(key, names);
  return names;
}

/**
 * Whether a package offers a door of its own beside its main one, such as service/node.
 * @param {string} name
 * @param {string} rest begins with a slash
 */
function isExported(name, rest) {
  /** @type {{ exports?: Record<string, string> }} */
  const manifest = JSON.parse(readFileSync(join(root, 'packages', name, 'package.json'), 'utf8'));
  return Object.hasOwn(manifest.exports ?? {}, `.${rest}`);
}

/**
 * What is wrong with an import, if anything.
 * @param {string} file
 * @param {string} source
 * @returns {string | undefined}
 */
function fault(file, source) {
  const home = homeOf(file);
  if (home === undefined) return undefined;
  const allowed = mayImport.get(home);
  if (allowed === undefined) return `${home} has no row in eslint/layers.js.`;

  if (source.startsWith('.')) {
    return homeOf(resolve(dirname(file), source)) === home
      ? undefined
      : `A relative path must not leave ${home}: import the package by its name.`;
  }
  const [, name, rest] = /^@mapreduce\/([^/]+)(.*)$/.exec(source) ?? [];
  if (name === undefined) return undeclared(file, home, source);
  if (rest !== '' && !isExported(name, rest ?? '')) {
    return `Import @mapreduce/${name} itself: its files are its own affair.`;
  }
  if (name === home) return `Inside ${home}, import its files by relative path.`;
  if (allowed.includes(name) || (name === 'testing' && isTest(file))) return undefined;
  return name === 'testing'
    ? 'Only tests and e2e may import @mapreduce/testing.'
    : `${home} must not import ${name}: eslint/layers.js lists what it may.`;
}

/**
 * Hoisting lets any package import what any other depends on, until that one drops it.
 * @param {string} file
 * @param {string} home
 * @param {string} source
 */
function undeclared(file, home, source) {
  if (source.startsWith('node:') || builtinModules.includes(source)) return undefined;
  const name = source.split('/', source.startsWith('@') ? 2 : 1).join('/');
  const inPackage = relative(root, file).startsWith('packages');
  const folder = inPackage ? join('packages', home) : '.';
  const ofTests = !inPackage || isTest(file) || home === 'testing';
  // The command is shipped as a bundle: it depends on what is not in it alone.
  const fields = home === 'cli' ? ['dependencies', 'devDependencies'] : ['dependencies'];
  if (inPackage && dependencies(folder, fields).has(name)) return undefined;
  if (ofTests && dependencies('.', ['dependencies', 'devDependencies']).has(name)) return undefined;
  return `${name} is not among the dependencies in ${join(folder, 'package.json')}.`;
}

/** @type {import('eslint').Rule.RuleModule} */
export const layersRule = {
  meta: { type: 'problem', schema: [], messages: { layer: '{{fault}}' } },
  create: (context) =>
    visitModuleSources((source, node) => {
      const message = fault(context.filename, source);
      if (message !== undefined) {
        context.report({ node, messageId: 'layer', data: { fault: message } });
      }
    }),
};
