import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newToken, writeTokenFile } from '@mapreduce/service/node';
import { CliError } from '../exit-codes.ts';

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
  remove(): void;
  /** Removes everything but the logs. */
  keepLogs(): void;
}

/**
 * Makes a directory that this user alone can enter (0700), with fresh tokens (0600). Throws `CliError`
 * where the system's directory for temporary files does not take it.
 */
export function makeRunDirectory(): RunDirectory {
  let path: string | undefined;
  try {
    path = mkdtempSync(join(tmpdir(), 'mapreduce-'));
    return furnished(path);
  } catch (error) {
    if (path !== undefined) removeAll(path);
    throw new CliError(
      `TMPDIR ${tmpdir()}: cannot hold the files of the run: ${(error as Error).message}; ` +
        'name a directory with room that exists and that this user may write to',
    );
  }
}

function furnished(path: string): RunDirectory {
  const logs = join(path, 'logs');
  const state = join(path, 'state');
  const program = join(path, 'program.mjs');
  const workers = join(path, 'workers');
  const tokenFiles = { control: join(path, 'control-token'), worker: join(path, 'worker-token') };
  const controlToken = newToken();
  for (const own of [logs, state, workers]) mkdirSync(own);
  writeTokenFile(tokenFiles.control, controlToken);
  writeTokenFile(tokenFiles.worker, newToken());
  return {
    path,
    logs,
    state,
    program,
    controlToken,
    tokenFiles,
    workers,
    remove: () => removeAll(path),
    keepLogs: () => {
      for (const file of [state, workers, program, ...Object.values(tokenFiles)]) removeAll(file);
    },
  };
}

/** Synchronous: by then there is nothing else to do, and a hundred small files go in a tenth of the time. */
function removeAll(path: string): void {
  rmSync(path, { recursive: true, force: true, maxRetries: 3 });
}
