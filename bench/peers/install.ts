import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Cache } from '../data/cache.ts';
import { installed, source } from './find.ts';

// mrjob imports pkg_resources, which later versions of setuptools lack.
const PACKAGES = ['pyspark==4.3.0', 'duckdb==2.0.0', 'mrjob==0.7.4', 'setuptools==80.9.0'];

/** Where `installPeers` puts things. */
export function hadoopJars(cache: Cache): string {
  return cache.path('hadoop-3.4.2');
}

/** `MAPREDUCE_BENCH_PYTHON`, what `installPeers` has made, or the machine's own. */
export function findPython(cache: Cache): string | undefined {
  const named = process.env['MAPREDUCE_BENCH_PYTHON'];
  if (named !== undefined) return named;
  const own = cache.path('python', 'bin', 'python');
  if (existsSync(own)) return own;
  return installed('python3') ? 'python3' : undefined;
}

/** Brings the peers that are packages of PyPI and Maven Central into the cache. */
export async function installPeers(cache: Cache): Promise<void> {
  await cache.once('hadoop-3.4.2', (directory) => {
    const goal = 'org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies';
    const pom = source('hadoop-pom.xml');
    must('mvn', '--quiet', '--batch-mode', '-f', pom, goal, `-DoutputDirectory=${directory}`);
  });
  const python = cache.path('python');
  if (existsSync(python)) return;
  // An environment knows its own path, so it is made where it stays.
  must('python3', '-m', 'venv', python);
  must(join(python, 'bin', 'pip'), 'install', '--quiet', ...PACKAGES);
}

function must(program: string, ...args: readonly string[]): void {
  const { status, error } = spawnSync(program, args, { stdio: ['ignore', 2, 2] });
  if (status !== 0)
    throw new Error(`${program} failed${error === undefined ? '' : `: ${error.message}`}`);
}
