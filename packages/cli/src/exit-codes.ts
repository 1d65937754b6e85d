/** What the exit code of every command says. */
export const exitCodes = {
  done: 0,
  failed: 1,
  usage: 2,
  cancelled: 3,
  timedOut: 4,
  connectionLost: 5,
} as const;
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** The same, as help and docs/cli.md print it. */
export const exitCodeHelp = `Exit codes:
  0  done
  1  the job failed, or the check found a fault
  2  usage: a flag, the program, an input or the output directory cannot be used
  3  cancelled (Ctrl-C, SIGTERM, SIGHUP)
  4  timed out: a task neither read nor emitted a record for --task-timeout
  5  connection lost: the coordinator has gone`;

/** Ends the command with one message, `error: …`, and an exit code. */
export class CliError extends Error {
  override readonly name = 'CliError';
  readonly exitCode: ExitCode;

  constructor(message: string, exitCode: ExitCode = exitCodes.usage) {
    super(message);
    this.exitCode = exitCode;
  }
}
