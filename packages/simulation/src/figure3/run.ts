import { Coordinator } from '@mapreduce/coordinator';
import type { CoordinatorConfig, JobStatus } from '@mapreduce/protocol';
import type { Disk, FileStatus } from '@mapreduce/service';
import { MemoryDisk, SeededRandom } from '@mapreduce/service/virtual';
import { quietLog } from '../core/quiet-log.ts';
import { noWeb } from '../core/world/no-web.ts';
import type { Computing } from '../core/world/world.ts';
import { GridClock } from './grid-clock.ts';
import type { Hosts } from './hosts.ts';
import { SharedOutputs } from './output-logs.ts';
import type { Figure3Scenario } from './scenario.ts';
import type { Peer } from './wire.ts';
import { WorkerSite, type Cluster } from './worker-site.ts';

/** What became of a run. */
export interface Figure3Result {
  /** How the job ended; its error's message where it failed. */
  readonly outcome: string;
  /** From the start to the end of the job, in virtual milliseconds. */
  readonly elapsedMs: number;
  readonly attempts: JobStatus['attempts'];
  /** When each phase began, in virtual milliseconds. */
  readonly phases: readonly { readonly phase: string; readonly atMs: number }[];
  /** Control messages by route. */
  readonly messages: Readonly<Record<string, number>>;
}

const input = '/input/records';

/** Runs the scenario's job: production coordinator and workers over a model of what bytes cost. */
export async function runFigure3(
  scenario: Figure3Scenario,
  computing: Computing,
): Promise<Figure3Result> {
  const random = new SeededRandom(scenario.seed);
  const clock = new GridClock();
  const memory = new MemoryDisk();
  memory.sync.makeDirectory('/input');
  memory.sync.create(input).close();
  const disk = withInput(memory.async, scenario.bytes);
  const phases: { phase: string; atMs: number }[] = [];
  const ports = {
    ...{ clock, random: random.fork(), disk, web: noWeb, ...computing, log: quietLog },
    onStep: (_event: unknown, commands: readonly { kind: string; phase?: string }[]) => {
      for (const { kind, phase } of commands) {
        if (kind === 'phaseChanged') phases.push({ phase: phase ?? '', atMs: clock.now() });
      }
    },
  };
  let fatal: unknown;
  const coordinator = await Coordinator.start(configOf(scenario), ports, (error) => {
    fatal = error;
  });
  const peer: Peer = {
    handlers: coordinator,
    withdraw: (request) => coordinator.withdraw(request),
  };
  const { maps, reducers, bytes } = scenario;
  const counts = new Map<string, number>();
  const cluster: Cluster = {
    ...{ clock, scenario, memory, disk, peer, computing, counts },
    hosts: new Map() as Hosts,
    outputs: new SharedOutputs(),
    partitionSizes: Array<number>(reducers).fill(Math.floor(bytes / 100 / maps / reducers)),
  };
  let end: { readonly outcome: string; readonly elapsedMs: number } | undefined;
  void coordinator.ended.then(({ state, error }) => {
    const outcome = [state, error?.cause.message].filter(Boolean).join(': ');
    end = { outcome, elapsedMs: clock.now() };
  });
  begin(cluster, random);
  await clock.runUntil(() => end !== undefined || fatal !== undefined);
  const { attempts } = await coordinator.status({ after: 0, waitMs: 0 });
  const { outcome, elapsedMs } = end ?? { outcome: `no end: ${String(fatal)}`, elapsedMs: NaN };
  return { outcome, elapsedMs, attempts, phases, messages: Object.fromEntries(counts) };
}

/** Starts the workers, and what goes wrong. */
function begin(cluster: Cluster, random: SeededRandom): void {
  const { clock, scenario } = cluster;
  const { disturbance, startMs, workers } = scenario;
  const sites = Array.from({ length: workers }, (_, index) => {
    const times = disturbance.kind === 'straggler' && index === 0 ? disturbance.times : 1;
    const site = new WorkerSite(cluster, { index, times, random: random.fork() });
    clock.tell(random.float() * startMs, () => site.boot());
    return site;
  });
  if (disturbance.kind !== 'killed') return;
  // Spread over the cluster, whatever the order in which they came.
  const victims = sites.filter(
    (_, index) =>
      Math.floor(((index + 1) * disturbance.workers) / workers) >
      Math.floor((index * disturbance.workers) / workers),
  );
  clock.tell(disturbance.atMs, () => {
    for (const victim of victims) victim.kill(disturbance.downMs);
  });
}

function configOf({ bytes, maps, reducers, backupTasks }: Figure3Scenario): CoordinatorConfig {
  return {
    job: {
      id: 'figure-3',
      program: { kind: 'builtin', name: 'sort' },
      reducers,
      splitSize: Math.ceil(bytes / maps),
      memory: 512 * 2 ** 20,
      taskTimeoutMs: 600_000,
      skipBadRecords: 0,
      format: 'binary',
      compression: 'none',
      fsync: true,
      backupTasks,
    },
    inputs: [{ kind: 'path', path: input, shared: true }],
    output: { kind: 'file', directory: '/output', overwrite: false },
    listen: { host: 'coordinator', port: 7_000 },
    tokens: { control: '', worker: '' },
    stateDirectory: '/state',
    generation: 1,
    lingerMs: 0,
  };
}

/** A disk with the input on it, of which nobody reads a byte. */
function withInput(disk: Disk, size: number): Disk {
  const status: FileStatus = { size, mtimeMs: 0, isFile: true, isDirectory: false };
  return {
    ...disk,
    // A sum over all files, which every heartbeat would ask for.
    freeBytes: () => Promise.resolve(2 ** 40),
    status: (path) => (path === input ? Promise.resolve(status) : disk.status(path)),
  };
}
