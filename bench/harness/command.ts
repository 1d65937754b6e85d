/** A program to start, as `spawn` takes it. */
export interface Command {
  readonly program: string;
  readonly args: readonly string[];
  /** Added to the environment. */
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

/** A pipeline of the shell; `args` are its `$1`, `$2`, …, so nothing needs quoting. */
export function shell(script: string, ...args: readonly string[]): Command {
  return { program: 'bash', args: ['-c', `set -o pipefail; ${script}`, 'bash', ...args] };
}
