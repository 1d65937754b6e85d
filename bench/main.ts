/** `npm run bench [-- SUITE…]`: measures this product beside its peers. docs/performance.md. */
import { writeFileSync } from 'node:fs';
import { cpus, loadavg, totalmem } from 'node:os';
import { parseArgs } from 'node:util';
import { Cache } from './data/cache.ts';
import { packOurs } from './ours.ts';
import { findPython, hadoopJars, installPeers } from './peers/install.ts';
import { peers } from './peers/index.ts';
import { small, teraSort, wordCount } from './suites/contests.ts';
import { coordinator } from './suites/coordinator.ts';
import { scaling } from './suites/scaling.ts';
import { shuffle } from './suites/shuffle.ts';
import { scriptSuite } from './suites/script.ts';
import type { Bench, FoundPeer, Suite } from './suites/suite.ts';

const suites: ReadonlyMap<string, Suite> = new Map([
  ['wordcount', wordCount],
  ['terasort', teraSort],
  ['small', small],
  ['scaling', scaling],
  ['shuffle', shuffle],
  ['coordinator', coordinator],
  ['engine', scriptSuite('engine.ts')],
  ['scheduler', scriptSuite('scheduler.ts')],
]);

const USAGE = `npm run bench -- [SUITE…] [--runs N] [--peers NAME,…] [--json FILE]
npm run bench -- --install
suites: ${[...suites.keys()].join(', ')}
peers: ${peers.map(({ name }) => name).join(', ')}, or none`;

class UsageError extends Error {}

function parse() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      runs: { type: 'string', default: '5' },
      peers: { type: 'string' },
      json: { type: 'string' },
      install: { type: 'boolean', default: false },
    },
  });
  const runs = Number(values.runs);
  if (!Number.isInteger(runs) || runs < 1) throw new UsageError('--runs: expected 1 or more');
  return {
    ...values,
    runs,
    peers: chosen('peer', new Map(peers.map((peer) => [peer.name, peer])), peerNames(values.peers)),
    suites: chosen('suite', suites, positionals.length > 0 ? positionals : [...suites.keys()]),
  };
}

function peerNames(list: string | undefined): string[] {
  if (list === undefined) return peers.map(({ name }) => name);
  return list === 'none' ? [] : list.split(',');
}

function chosen<T>(kind: string, all: ReadonlyMap<string, T>, names: readonly string[]) {
  return names.map((name): [string, T] => {
    const found = all.get(name);
    if (found === undefined) throw new UsageError(`there is no ${kind} ${name}`);
    return [name, found];
  });
}

function describeMachine() {
  return {
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    memoryBytes: totalmem(),
    node: process.version,
    load: loadavg()[0] ?? 0,
  };
}

async function main(): Promise<void> {
  const options = parse();
  const cache = new Cache();
  if (options.install) {
    await installPeers(cache);
    return;
  }
  const machine = describeMachine();
  console.log(
    `${machine.cpu}, ${machine.cores} cores, ${(machine.memoryBytes / 2 ** 30).toFixed(0)} GiB, Node.js ${machine.node}`,
  );
  if (machine.load > 0.5) {
    console.log(`The machine is not quiet: its load is ${machine.load.toFixed(1)}.`);
  }
  const ours = await packOurs(cache);

  let found: Promise<FoundPeer[]> | undefined;
  const findPeers = async () => {
    const python = findPython(cache);
    const list: FoundPeer[] = [];
    for (const [name, peer] of options.peers) {
      const build = await cache.fresh(`build/${name}`);
      list.push({ peer, runner: await peer.find({ python, hadoop: hadoopJars(cache), build }) });
    }
    return list;
  };
  const figures: Record<string, unknown> = {};
  for (const [name, suite] of options.suites) {
    const bench: Bench = {
      cache,
      ours,
      runs: options.runs,
      peers: () => (found ??= findPeers()),
      print: (text) => console.log(text),
    };
    try {
      figures[name] = await suite(bench);
    } catch (error) {
      // The others may still tell something.
      console.error(`error: ${name}: ${error instanceof Error ? error.message : String(error)}`);
      process.exitCode = 1;
    }
  }
  if (options.json !== undefined) {
    writeFileSync(options.json, `${JSON.stringify({ machine, figures }, undefined, 2)}\n`);
  }
}

// The processes that a suite has started are killed when this one exits.
process.once('SIGINT', () => process.exit(130));
process.once('SIGTERM', () => process.exit(143));
try {
  await main();
} catch (error) {
  console.error(`error: ${error instanceof Error ? error.message : String(error)}`);
  if (error instanceof UsageError) console.error(USAGE);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}
