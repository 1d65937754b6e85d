import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Order, Report } from './messages.ts';

const inside = fileURLToPath(new URL('inside.ts', import.meta.url));

/** With these a run has a network, mounts and processes of its own, and all of it ends with it. */
const namespaces = ['--net', '--mount', '--pid', '--fork', '--kill-child', '--mount-proc'];
const asRoot = process.getuid?.() === 0 ? [] : ['--map-root-user'];

/** Whether this user can make namespaces here. */
export function canIsolate(): boolean {
  return spawnSync('unshare', [...asRoot, ...namespaces, 'true']).status === 0;
}

export interface SandboxOptions {
  readonly isIsolated: boolean;
  readonly limitMs: number;
  readonly onReport: (report: Report) => void;
}

const running = new Set<() => void>();

/** Ends every run that still goes on. */
export function endAll(): void {
  for (const end of running) end();
}

/** How a run went, and where its files lie if it failed. */
export interface Verdict {
  readonly error?: string;
  readonly directory: string;
}

/**
 * Carries out an order in a process of its own, within namespaces if it may. Whatever happens, its
 * processes and namespaces are gone afterwards; its directory stays if it failed.
 */
export function runInside(order: Order, options: SandboxOptions): Promise<Verdict> {
  const { isIsolated, limitMs, onReport } = options;
  const directory = mkdtempSync(join(tmpdir(), 'mapreduce-chaos-'));
  const node = [process.execPath, '--disable-warning=ExperimentalWarning', inside];
  const [command = '', ...args] = isIsolated
    ? ['unshare', ...asRoot, ...namespaces, ...node]
    : node;
  // The pipe is how it learns that this process has gone, even by SIGKILL.
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdin.write(`${JSON.stringify({ ...order, directory, isIsolated })}\n`);
  child.stdin.on('error', () => undefined);
  let error: string | undefined = 'it ended without a verdict';
  createInterface(child.stdout).on('line', (line) => {
    const report = JSON.parse(line) as Report;
    if (report.kind === 'end') error = report.error;
    else onReport(report);
  });
  // Without namespaces it must be given the time to end what it has started.
  const end = () => void child.kill(isIsolated ? 'SIGKILL' : 'SIGTERM');
  running.add(end);
  const timer = setTimeout(() => {
    error = `not done within ${limitMs / 1000} s`;
    end();
  }, limitMs);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', () => {
      clearTimeout(timer);
      running.delete(end);
      if (error === undefined) rmSync(directory, { recursive: true, force: true });
      resolve({ ...(error !== undefined && { error }), directory });
    });
  });
}
