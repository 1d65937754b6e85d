import { mkdtemp, mkdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newToken, writeTokenFile } from '@mapreduce/service/node';

/** What a local run keeps beside its output: secrets, program, state, workers' disks and logs. */
export interface RunDirectory {
  readonly path: string;
  readonly logs: string;
  readonly state: string;
  readonly program: string;
  readonly controlToken: string;
  readonly tokenFiles: { readonly control: string; readonly worker: string };
  /** In which each worker has a directory of its own. */
  readonly workers: string;
  /** Removes everything. */
  remove(): Promise<void>;
  /** Removes everything but the logs. */
  keepLogs(): Promise<void>;
}

/** Makes a directory that this user alone can enter (0700), with fresh tokens (0600). */
export async function makeRunDirectory(): Promise<RunDirectory> {
  const path = await mkdtemp(join(tmpdir(), 'mapreduce-'));
  const logs = join(path, 'logs');
  const state = join(path, 'state');
  const program = join(path, 'program.mjs');
  const workers = join(path, 'workers');
  const tokenFiles = { control: join(path, 'control-token'), worker: join(path, 'worker-token') };
  const controlToken = newToken();
  await Promise.all([
    mkdir(logs),
    mkdir(state),
    mkdir(workers),
    writeTokenFile(tokenFiles.control, controlToken),
    writeTokenFile(tokenFiles.worker, newToken()),
  ]);
  return {
    path,
    logs,
    state,
    program,
    controlToken,
    tokenFiles,
    workers,
    remove: () => removeAll(path),
    keepLogs: async () => {
      const rest = [state, workers, program, ...Object.values(tokenFiles)];
      await Promise.all(rest.map((file) => removeAll(file)));
    },
  };
}

function removeAll(path: string): Promise<void> {
  return rm(path, { recursive: true, force: true, maxRetries: 3 });
}
