/** How a command ended. */
export interface CommandEnd {
  readonly exitCode: number | null;
  readonly signal: string | null;
  /** The last 4 KiB of its standard error. */
  readonly errors: string;
}

/** A command that runs. Its output must be read while its input is written, or it may wait for ever. */
export interface Command {
  /**
   * Resolves when it has taken the bytes, which may then be reused. False once it takes no more: it has
   * closed its standard input, or has ended.
   */
  write(bytes: Uint8Array): Promise<boolean>;
  endInput(): void;
  /** Its standard output; it waits while nobody reads. */
  readonly output: AsyncIterable<Uint8Array>;
  /** What it has left running has been sent SIGKILL then. Never rejects. */
  readonly ended: Promise<CommandEnd>;
  /** SIGKILL to it and to all that it has started. */
  kill(): void;
}

export interface CommandOptions {
  /** Added to the environment of this process. */
  readonly environment: Readonly<Record<string, string>>;
  /** Told each line of its standard error; those for which it returns false go to the log. */
  readonly onErrorLine: (line: string) => boolean;
}

/** A command that cannot be started. `code` is POSIX's: `ENOENT`, `EACCES`, … */
export class CommandStartError extends Error {
  override readonly name = 'CommandStartError';
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** Starts commands: a program by its path, or by its name on PATH, and arguments that no shell reads. */
export interface Commands {
  /** Throws `CommandStartError`. */
  start(command: readonly string[], options: CommandOptions): Promise<Command>;
  /** Where a program lies that may be executed; undefined where there is none. */
  find(program: string): string | undefined;
}
