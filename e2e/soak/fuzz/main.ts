import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { epochSchema, type JobStatus } from '@mapreduce/protocol';
import { newToken, shuffleToken } from '@mapreduce/service/node';
import build from '../../local/support/build.js';
import { sha256 } from '../../local/support/output.ts';
import { readNumbers, report } from '../command.ts';
import { World } from '../world.ts';
import { accessTable } from './cases-access.ts';
import { Fuzzer } from './fuzzer.ts';
import type { Facts, Target } from './routes.ts';
import { runSlowClients } from './slow-clients.ts';

/*
 * node e2e/soak/fuzz/main.ts [--requests N] [--seed S] [--only INDEX]
 * Malformed requests against a coordinator and a worker, while their job stands still (80 %), runs
 * (10 %) and has ended (10 %). With --only it sends that one request and shows the answer.
 */

/** No process may ever have more resident. */
const mostBytes = 512 * 2 ** 20;

const everyone: readonly Target[] = ['coordinator', 'worker'];

const { requests, seed, only } = readNumbers({ requests: 50_000, seed: 1, only: -1 });

build();
const directory = mkdtempSync(join(tmpdir(), 'mapreduce-fuzz-'));
const world = await World.start({ directory, settings: {}, mapGate: true });
try {
  const before = await settled(world);
  const facts = factsOf(world);
  const ports = {
    coordinator: Number(new URL(world.coordinator).port),
    worker: Number(new URL(before.workers[0]?.address ?? '').port),
  };
  const fuzzer = new Fuzzer({ seed, facts, ports });
  const still = Math.floor(requests * 0.8);
  const running = Math.floor(requests * 0.1);
  if (only >= 0) {
    const targets: readonly Target[] = only < still + running ? everyone : ['coordinator'];
    const { kind, made } = fuzzer.make(only, targets);
    console.log(`${kind}: ${made.what}\n${JSON.stringify(Buffer.concat(made.chunks).toString())}`);
    await fuzzer.run(only, 1, targets);
    finish(fuzzer, 1);
  } else {
    const files = filesOf(world);
    const slow = runSlowClients(facts, ports);
    await fuzzer.runCases('table', accessTable(facts));
    await fuzzer.run(0, still, everyone);
    const { clients, faults } = await slow;
    fuzzer.count('slow client', clients);
    for (const fault of faults) fuzzer.fail('slow client', fault);
    for (const name of world.ended) fuzzer.fail('a process has ended', name);
    if (stateOf(await world.status()) !== stateOf(before)) {
      fuzzer.fail('the state of the job has changed', stateOf(await world.status()));
    }
    if (filesOf(world) !== files) fuzzer.fail('files have changed', filesOf(world));

    world.openMapGate();
    await Promise.all([
      world.atReduceGate().catch((error: unknown) => fuzzer.fail('the job', String(error))),
      fuzzer.run(still, running, everyone),
    ]);
    const memory = world.memoryPeaks;
    for (const name of world.ended) fuzzer.fail('a process has ended', name);
    const { state } = await world.finish();
    if (state !== 'succeeded') fuzzer.fail('the job', state);
    await fuzzer.run(still + running, requests - still - running, ['coordinator']);
    checkEnd(fuzzer, (await world.status()).state);
    finish(fuzzer, requests, [...memory, ...world.memoryPeaks]);
  }
} finally {
  await world.stop();
  rmSync(directory, { recursive: true, force: true });
}

function checkEnd(fuzzer: Fuzzer, state: string): void {
  if (state !== 'succeeded') {
    fuzzer.fail('the job, after its end', state);
    return;
  }
  const wrong = world.outputFault();
  if (wrong !== undefined) fuzzer.fail('the output', wrong);
  for (const name of world.ended.filter((one) => one.startsWith('coordinator'))) {
    fuzzer.fail('a process has ended', name);
  }
}

function finish(fuzzer: Fuzzer, asked: number, memory: readonly number[] = []): void {
  const peak = Math.max(0, ...memory);
  if (peak > mostBytes) fuzzer.fail('memory', `${peak} bytes`);
  for (const { index, what, fault, request } of fuzzer.failures) {
    console.log(`FAILED ${what}\n  ${fault}`);
    if (index < 0) continue;
    console.log(`  ${request}`);
    const again = `--requests ${requests} --seed ${seed} --only ${index}`;
    console.log(`  again: node e2e/soak/fuzz/main.ts ${again}`);
  }
  if (fuzzer.failed > 0) console.log(world.logs);
  const kinds = [...fuzzer.counts].map(([kind, count]) => `${kind} ${count}`).join(', ');
  const sent = [...fuzzer.counts.values()].reduce((sum, count) => sum + count, 0);
  console.log(`seed ${seed}; requests by fault: ${kinds}`);
  report({
    planned: asked,
    ran: sent,
    failed: fuzzer.failed,
    figures: {
      slowestMs: Math.round(fuzzer.slowestMs),
      askedAgain: fuzzer.askedAgain,
      peakMiB: Math.round(peak / 2 ** 20),
    },
  });
}

function factsOf({ tokens, state }: World): Facts {
  const journal = readFileSync(join(state, readdirSync(state).sort().at(-1) ?? ''), 'latin1');
  const [, epoch = '{}'] = /"epoch":(\{[^}]*\})/.exec(journal) ?? [];
  return {
    tokens: { ...tokens, 'shuffle-read': shuffleToken(tokens.worker) },
    expired: newToken(),
    epoch: epochSchema.parse(JSON.parse(epoch)),
  };
}

/** The status once the last heartbeats before the job came to stand are in it. */
async function settled(standing: World): Promise<JobStatus> {
  for (let last = await standing.status(); ;) {
    await delay(2_500);
    const next = await standing.status();
    if (stateOf(next) === stateOf(last)) return next;
    last = next;
  }
}

/** Whatever of a status should stand still with the job. */
function stateOf(status: JobStatus): string {
  // Time alone changes these.
  return JSON.stringify({ ...status, elapsedMs: 0, phaseMs: {}, straggler: undefined });
}

/** Every file of journal, output and workers, with its size and digest. */
function filesOf({ state, output, workerDirectories }: World): string {
  return [state, output, ...workerDirectories]
    .filter((place) => existsSync(place))
    .flatMap((place) =>
      readdirSync(place, { recursive: true, encoding: 'utf8' }).map((name) => join(place, name)),
    )
    .map((path) => ({ path, status: statSync(path) }))
    .filter(({ status }) => status.isFile())
    .map(({ path, status }) => `${path} ${status.size} ${sha256(readFileSync(path))}`)
    .sort()
    .join('\n');
}
