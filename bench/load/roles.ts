import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { jobLimits, type CoordinatorConfig, type JobSettings } from '@mapreduce/protocol';
import { newToken, writeTokenFile } from '@mapreduce/service/node';
import type { Command } from '../harness/command.ts';

/** Makes a command of the product's arguments. */
type MakeCommand = (...args: readonly string[]) => Command;

/** A process of the packed command, and its end. */
class Role {
  readonly pid: number;
  readonly #child: ChildProcess;
  readonly #ended: Promise<unknown>;
  readonly #kill = () => void this.#child.kill('SIGKILL');

  constructor(child: ChildProcess) {
    if (child.pid === undefined) throw new Error(`cannot start ${child.spawnfile}`);
    this.pid = child.pid;
    this.#child = child;
    this.#ended = new Promise((resolve) => child.once('exit', resolve));
    process.on('exit', this.#kill);
  }

  async stop(): Promise<void> {
    this.#child.kill('SIGTERM');
    await this.#ended;
    process.off('exit', this.#kill);
  }
}

export interface CoordinatorProcess {
  readonly address: string;
  readonly pid: number;
  readonly tokens: { readonly control: string; readonly worker: string };
  readonly workerTokenFile: string;
  stop(): Promise<void>;
}

export interface JobOrder {
  readonly command: MakeCommand;
  /** Where everything goes; exists and is empty. */
  readonly directory: string;
  readonly inputs: readonly string[];
  readonly settings: Partial<JobSettings> & Pick<JobSettings, 'program' | 'reducers'>;
}

/** Starts a coordinator on loopback; resolves once it listens. */
export async function startCoordinator(order: JobOrder): Promise<CoordinatorProcess> {
  const { command, directory, inputs, settings } = order;
  const tokens = { control: newToken(), worker: newToken() };
  const files = {
    control: join(directory, 'control-token'),
    worker: join(directory, 'worker-token'),
  };
  writeTokenFile(files.control, tokens.control);
  writeTokenFile(files.worker, tokens.worker);
  const state = join(directory, 'state');
  await mkdir(state);
  const config: CoordinatorConfig = {
    job: {
      id: 'bench',
      splitSize: jobLimits.splitSize.default,
      memory: jobLimits.memory.default,
      taskTimeoutMs: jobLimits.taskTimeoutMs.default,
      skipBadRecords: 0,
      format: 'binary',
      compression: 'zstd',
      fsync: true,
      backupTasks: false,
      ...settings,
    },
    inputs: inputs.map((path) => ({ kind: 'path', path, shared: true })),
    output: { kind: 'file', directory: join(directory, 'output'), overwrite: false },
    listen: { host: '127.0.0.1', port: 0 },
    tokens: files,
    stateDirectory: state,
    generation: 1,
    lingerMs: 0,
  };
  const configFile = join(directory, 'coordinator.json');
  await writeFile(configFile, JSON.stringify(config));
  const log = join(directory, 'coordinator.log');
  const child = start(command('coordinator', '--config', configFile), log, 'pipe');
  const role = new Role(child);
  const address = await listening(child).catch((error: unknown) => {
    throw new Error(`the coordinator did not start:\n${readFileSync(log, 'utf8')}`, {
      cause: error,
    });
  });
  return {
    address,
    pid: role.pid,
    tokens,
    workerTokenFile: files.worker,
    stop: () => role.stop(),
  };
}

/** Starts a worker of one slot; `coordinator` is what it calls, a proxy perhaps. */
export function startWorker(
  command: MakeCommand,
  coordinator: string,
  tokenFile: string,
  directory: string,
): { readonly pid: number; stop(): Promise<void> } {
  const args = ['--coordinator', coordinator, '--token-file', tokenFile, '--directory', directory];
  return new Role(start(command('worker', ...args), `${directory}.log`, 'ignore'));
}

function start(command: Command, log: string, stdout: 'pipe' | 'ignore'): ChildProcess {
  const stderr = openSync(log, 'w');
  try {
    return spawn(command.program, command.args, { stdio: ['ignore', stdout, stderr] });
  } finally {
    closeSync(stderr);
  }
}

async function listening(child: ChildProcess): Promise<string> {
  if (child.stdout === null) throw new Error('its output is not read');
  for await (const line of createInterface(child.stdout)) {
    const { listening: address } = JSON.parse(line) as { listening?: string };
    if (address !== undefined) return address;
  }
  throw new Error('it ended');
}
