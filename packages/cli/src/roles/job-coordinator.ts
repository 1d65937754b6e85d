import { writeFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { runCoordinator, StartError, type StatusSource } from '@mapreduce/coordinator/node';
import { CoordinatorMetrics } from '@mapreduce/coordinator/metrics';
import { podPorts } from '@mapreduce/protocol/resource';
import {
  nodeDisk,
  nodeLog,
  NodeWeb,
  serveTelemetry,
  shutdownSignal,
} from '@mapreduce/service/node';
import { CliError, exitCodes, type ExitCode } from '../exit-codes.ts';
import { podDirectories } from '../pod/pod-directories.ts';
import { unpreparedJob } from '../pod/prepare-job.ts';
import { readJobFile } from '../pod/read-job-file.ts';
import { exitWith } from '../report-error.ts';
import { readFlags, required, wholeNumber } from './flags.ts';

/** What Kubernetes shows of a container that ended. */
const terminationLog = '/dev/termination-log';

/** `mapreduce coordinator --job`: the coordinator in its pod. */
export function jobCoordinator(args: readonly string[]): Promise<void> {
  return exitWith(async () => {
    try {
      return await run(args);
    } catch (error) {
      tellKubelet(error);
      throw error;
    }
  });
}

async function run(args: readonly string[]): Promise<ExitCode> {
  const flags = readFlags('coordinator', args, {
    job: { type: 'string' },
    generation: { type: 'string' },
    port: { type: 'string', default: String(podPorts.coordinator) },
    'metrics-port': { type: 'string' },
  });
  const file = readJobFile(required('coordinator', 'job', flags.job));
  const generation = required('coordinator', 'generation', flags.generation);
  const port = wholeNumber('port', flags.port, 0, 65_535);
  const web = new NodeWeb();
  const log = nodeLog({ level: 'info', process: 'coordinator' });
  const job = unpreparedJob({
    file,
    generation: wholeNumber('generation', generation, 1, 999_999),
    listen: { host: anyHost(), port },
    directories: podDirectories,
    web,
  });
  let serving: StatusSource | undefined;
  const metrics = new CoordinatorMetrics(() => serving);
  const telemetry =
    flags['metrics-port'] === undefined
      ? undefined
      : await serveTelemetry({
          port: wholeNumber('metrics-port', flags['metrics-port'], 0, 65_535),
          metrics: metrics.registry,
          isReady: () => serving !== undefined,
        });
  try {
    await runCoordinator(job, {
      log,
      announce: (line) => void process.stdout.write(`${line}\n`),
      signal: shutdownSignal(),
      onServing: (status) => (serving = status),
      onAnswered: metrics.onAnswered,
      ports: { onStep: metrics.onStep, disk: metrics.timed(nodeDisk) },
    });
    // It was told to go; how the job ended is in its status.
    return exitCodes.done;
  } catch (error) {
    if (error instanceof StartError) throw new CliError(`coordinator: ${error.message}`);
    throw error;
  } finally {
    web.close();
    await telemetry?.close();
  }
}

/** All addresses of this host, of whichever family it has. */
function anyHost(): string {
  const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  return all.some(({ family }) => family === 'IPv6') ? '::' : '0.0.0.0';
}

function tellKubelet(error: unknown): void {
  const message = error instanceof Error ? error.message : String(error);
  try {
    writeFileSync(terminationLog, message.slice(0, 4_096), { flag: 'r+' });
  } catch {
    // Not in a container.
  }
}
