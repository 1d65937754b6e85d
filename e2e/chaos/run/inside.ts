/** One run of chaos: reads its order from standard input, reports on standard output. */
import { rmSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { caseNamed } from '../cases/index.ts';
import { figureNamed } from '../figures/index.ts';
import { isolatedHosts, loopbackHosts } from '../world/network.ts';
import { Recorder } from '../world/recorder.ts';
import type { Setting } from '../world/world.ts';
import type { GivenOrder, Report } from './messages.ts';
import { randomRun } from '../random/run.ts';

/** The coordinator's, workers' and a spare one. */
const usualHosts = 6;
const figureHosts = 28;

function tell(report: Report): void {
  process.stdout.write(`${JSON.stringify(report)}\n`);
}

async function obey(order: GivenOrder): Promise<void> {
  const { directory, isIsolated, toxiproxy } = order;
  const recorder = new Recorder((fault) => tell({ kind: 'fault', fault }));
  const hosts = order.kind === 'figure' ? figureHosts : usualHosts;
  const network = isIsolated ? isolatedHosts(hosts) : loopbackHosts(hosts);
  const setting: Setting = { directory, network, recorder, toxiproxy };
  if (order.kind === 'random') {
    await randomRun(setting, order.seed, (text) => tell({ kind: 'note', text }));
    return;
  }
  if (order.kind === 'figure') {
    const measured = await figureNamed(order.name).measure(setting, order.disturbed);
    tell({ kind: 'measured', measured });
    return;
  }
  const { run, faults } = caseNamed(order.name);
  await run(setting);
  if (recorder.count < faults) {
    throw new Error(`${recorder.count} faults were fired, and ${faults} are planned`);
  }
}

let directory: string | undefined;
const input = createInterface(process.stdin);
input.once('line', (line) => {
  const order = JSON.parse(line) as GivenOrder;
  directory = order.directory;
  obey(order).then(
    () => end(undefined),
    (error: unknown) =>
      end(error instanceof Error ? (error.stack ?? error.message) : String(error)),
  );
});
// Whoever ordered it has gone: nobody will look at what is left.
input.once('close', () => {
  if (directory !== undefined) rmSync(directory, { recursive: true, force: true });
  process.exit(1);
});
process.once('SIGTERM', () => process.exit(1));

function end(error: string | undefined): void {
  const report: Report = { kind: 'end', ...(error !== undefined && { error }) };
  process.stdout.write(`${JSON.stringify(report)}\n`, () => process.exit(0));
}
