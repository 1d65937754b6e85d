import { spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** The command that ships: bundled once before the suite (build.js). */
export const executable = fileURLToPath(
  new URL('../../../packages/cli/dist/mapreduce.js', import.meta.url),
);

export interface CommandResult {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunningCommand {
  readonly child: ChildProcess;
  readonly pid: number;
  readonly result: Promise<CommandResult>;
}

export interface CommandOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Put before the command, as in `ip netns exec NAME`. */
  readonly prefix?: readonly string[];
}

/** Starts `mapreduce ARGS`; what it prints is kept. */
export function start(args: readonly string[], options: CommandOptions = {}): RunningCommand {
  const [command, ...rest] = [...(options.prefix ?? []), process.execPath, executable, ...args];
  const child = spawn(command ?? process.execPath, rest, {
    cwd: options.cwd,
    env: { ...process.env, NODE_OPTIONS: '', NO_COLOR: '1', ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const result = new Promise<CommandResult>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      resolve({ code, signal, stdout, stderr });
    });
  });
  return { child, pid: child.pid ?? 0, result };
}

/** Runs `mapreduce ARGS` to its end. */
export function mapreduce(
  args: readonly string[],
  options: CommandOptions = {},
): Promise<CommandResult> {
  return start(args, options).result;
}

/** Runs it, and fails with what it said unless it ended with 0. */
export async function succeed(
  args: readonly string[],
  options: CommandOptions = {},
): Promise<CommandResult> {
  const result = await mapreduce(args, options);
  if (result.code !== 0) {
    throw new Error(
      `mapreduce ${args.join(' ')} ended with ${String(result.code ?? result.signal)}\n${result.stderr}\n${result.stdout}`,
    );
  }
  return result;
}
