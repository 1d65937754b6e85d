import { Console } from 'node:console';
import { setImmediate } from 'node:timers/promises';
import type { ExecutorCommand } from '@mapreduce/protocol';
import { describeError } from './attempt-error.ts';
import { commands } from './commands.ts';
import { forgetHugePages } from './huge-pages.ts';
import { loadProgram, type Builtins } from './load-program.ts';
import { nodeTaskPorts } from './node-ports.ts';
import { reportProgress } from './progress.ts';
import { writeReport } from './report.ts';
import { TaskRunner } from './run-task.ts';

/** What a program that broke outside its attempt's own calls ends its executor with. */
const strayExitCode = 70;

/**
 * The executor process: obeys the supervisor's commands until its standard input ends, then exits.
 * It is bound to its supervisor by two pipes: a supervisor that dies ends the input, which is seen
 * whenever user code is not running, and breaks the report pipe, which is seen at the next progress; a function
 * of the user's that does neither is only outlived.
 */
export async function runExecutor({ builtins }: { readonly builtins: Builtins }): Promise<void> {
  forgetHugePages(process.env);
  // Standard output may be anyone's; what a program prints is for people to read.
  globalThis.console = new Console(process.stderr, process.stderr);
  const executor = new Executor(builtins);
  process.on('uncaughtException', (error) => executor.stray(error));
  const given = commands(process.stdin);
  for (let next = given.next(); ;) {
    const { done, value: command } = await next;
    if (done === true) break;
    next = given.next();
    // Commands that the task has started end with this process.
    void next.then(({ done }) => done === true && process.exit(0));
    if (command.kind === 'load') await executor.load(command);
    else await executor.run(command);
  }
  // Handles that a program left open do not keep it.
  process.exit(0);
}

class Executor {
  readonly #builtins: Builtins;
  #runner: TaskRunner | undefined;
  /** What the program died of as it loaded: every attempt dies of it again. */
  #loadError: Error | undefined;
  #running: Extract<ExecutorCommand, { kind: 'run' }> | undefined;

  constructor(builtins: Builtins) {
    this.#builtins = builtins;
  }

  async load(command: Extract<ExecutorCommand, { kind: 'load' }>): Promise<void> {
    try {
      const { settings, programPath } = command;
      const exported = await loadProgram(settings.program, programPath, this.#builtins);
      this.#runner = new TaskRunner(command, exported, nodeTaskPorts(command));
    } catch (error) {
      this.#loadError = error instanceof Error ? error : new Error(String(error));
    }
    writeReport({ kind: 'ready' });
  }

  async run(command: Extract<ExecutorCommand, { kind: 'run' }>): Promise<void> {
    const { attempt } = command;
    this.#running = command;
    try {
      if (this.#runner === undefined) throw this.#loadError ?? new Error('no program is loaded');
      const result = await this.#runner.run(command, reportProgress(attempt));
      // A promise that the program left behind, and that emits now, is heard before the task is done.
      await setImmediate();
      writeReport({ kind: 'done', attempt, result });
    } catch (error) {
      this.#fail(command, error);
    } finally {
      this.#running = undefined;
    }
  }

  /** A promise or timer of the program's threw: whoever runs now has failed, and so has the process. */
  stray(error: unknown): void {
    if (this.#running !== undefined) this.#fail(this.#running, error);
    else console.error(error);
    process.exit(strayExitCode);
  }

  #fail(
    { attempt, outputDirectory }: { attempt: string; outputDirectory?: string },
    error: unknown,
  ) {
    writeReport({ kind: 'failed', attempt, error: describeError(error, outputDirectory) });
  }
}
