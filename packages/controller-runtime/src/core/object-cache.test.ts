import { expect, test } from '@jest/globals';
import { MemoryLog } from '@mapreduce/testing';
import type { KubeObject } from '../api/object.ts';
import { ObjectCache } from './object-cache.ts';

function aPod(name: string, version: string, node?: string): KubeObject {
  const metadata = { namespace: 'team', name, uid: `uid-${name}`, resourceVersion: version };
  return { apiVersion: 'v1', kind: 'Pod', metadata, spec: { node } };
}

const nodeOf = (pod: KubeObject) => {
  const { node } = pod['spec'] as { node?: string };
  return node === undefined ? [] : [node];
};

function aCache() {
  const log = new MemoryLog();
  const cache = new ObjectCache<KubeObject>(log);
  const told: string[] = [];
  cache.addHandler({
    added: ({ metadata }) => told.push(`added ${metadata.name}`),
    updated: (a, b) =>
      told.push(
        `updated ${a.metadata.name} ${[a, b].map((o) => o.metadata.resourceVersion).join()}`,
      ),
    deleted: ({ metadata }) =>
      told.push(`deleted ${metadata.name} ${metadata.resourceVersion ?? ''}`),
  });
  return { cache, told, log };
}

test('handlers are told what changes, and nothing of what does not', () => {
  const { cache, told } = aCache();
  cache.set(aPod('a', '1'));
  cache.set(aPod('a', '1'));
  cache.set(aPod('a', '2'));
  cache.delete({ namespace: 'team', name: 'a' }, aPod('a', '3'));
  cache.delete({ namespace: 'team', name: 'a' });
  expect(told).toEqual(['added a', 'updated a 1,2', 'deleted a 3']);
});

test('a new list tells of what was deleted, changed and added while nobody watched', () => {
  const { cache, told } = aCache();
  for (const name of ['a', 'b', 'c']) cache.set(aPod(name, '1'));
  told.length = 0;
  cache.replace([aPod('b', '1'), aPod('c', '2'), aPod('d', '3')]);
  expect(told).toEqual(['deleted a 1', 'updated c 1,2', 'added d']);
  expect(cache.list().map(({ metadata }) => metadata.name)).toEqual(['b', 'c', 'd']);
});

test('the list of one namespace says nothing of another', () => {
  const { cache } = aCache();
  cache.set(aPod('a', '1'));
  const other = { ...aPod('z', '1'), metadata: { namespace: 'other', name: 'z' } };
  cache.set(other);
  cache.replace([], 'team');
  expect(cache.list()).toEqual([other]);
});

test('an index follows its objects', () => {
  const { cache } = aCache();
  cache.set(aPod('a', '1', 'n1'));
  cache.addIndex('node', nodeOf);
  cache.set(aPod('b', '1', 'n1'));
  cache.set(aPod('a', '2', 'n2'));
  const on = (node: string) => cache.byIndex('node', node).map(({ metadata }) => metadata.name);
  expect([on('n1'), on('n2'), on('n3')]).toEqual([['b'], ['a'], []]);
  cache.delete({ namespace: 'team', name: 'a' });
  expect(on('n2')).toEqual([]);
});

test('an index that is not there, or is there already, is an error of the caller', () => {
  const { cache } = aCache();
  expect(() => cache.byIndex('node', 'n1')).toThrow('there is no index node');
  cache.addIndex('node', nodeOf);
  expect(() => cache.addIndex('node', nodeOf)).toThrow('there is an index node already');
});

test('a handler that comes late is told of what is there', () => {
  const { cache } = aCache();
  cache.set(aPod('a', '1'));
  const late: string[] = [];
  cache.addHandler({ added: ({ metadata }) => late.push(metadata.name) });
  expect(late).toEqual(['a']);
});

test('a handler or an index that throws stops neither the others nor the cache', () => {
  const { cache, told, log } = aCache();
  cache.addHandler({
    added: () => {
      throw new Error('broken handler');
    },
  });
  const late: string[] = [];
  cache.addHandler({ added: ({ metadata }) => late.push(metadata.name) });
  cache.addIndex('broken', () => {
    throw new Error('broken index');
  });
  cache.set(aPod('a', '1'));
  expect([told, late, cache.size]).toEqual([['added a'], ['a'], 1]);
  expect(log.facts.map(({ fields }) => fields?.['error'])).toContain('broken handler');
});
