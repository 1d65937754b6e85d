import type { ExecutorCommand, ExecutorReport } from '@mapreduce/protocol';
import type { Executor, ExecutorEvents, ExecutorExit, Spawn } from '@mapreduce/service';

/** An executor that does what the test says. */
export class FakeExecutor implements Executor {
  readonly commands: ExecutorCommand[] = [];
  readonly heapBytes: number;
  isAlive = true;
  readonly #events: ExecutorEvents;
  readonly #onCommand: (executor: FakeExecutor, command: ExecutorCommand) => void;

  constructor(
    events: ExecutorEvents,
    heapBytes: number,
    onCommand: (executor: FakeExecutor, command: ExecutorCommand) => void,
  ) {
    this.#events = events;
    this.heapBytes = heapBytes;
    this.#onCommand = onCommand;
  }

  send(command: ExecutorCommand): void {
    this.commands.push(command);
    queueMicrotask(() => {
      if (this.isAlive) this.#onCommand(this, command);
    });
  }

  kill(): void {
    this.exit({ exitCode: null, signal: 'SIGKILL' });
  }

  report(report: ExecutorReport): void {
    if (this.isAlive) this.#events.onReport(report);
  }

  /** Ends by itself, or as it is killed. */
  exit(exit: Partial<ExecutorExit> = {}): void {
    if (!this.isAlive) return;
    this.isAlive = false;
    const whole = { exitCode: 0, signal: null, outOfMemory: false, stderr: '', ...exit };
    queueMicrotask(() => this.#events.onExit(whole));
  }
}

/** Starts executors that answer each command by `onCommand`, soon but not at once. */
export class FakeSpawn implements Spawn {
  /** All that were ever started, in order. */
  readonly executors: FakeExecutor[] = [];
  onCommand: (executor: FakeExecutor, command: ExecutorCommand) => void;

  /** By default each loads its program, and runs for ever. */
  constructor(
    onCommand: (executor: FakeExecutor, command: ExecutorCommand) => void = (executor, command) => {
      if (command.kind === 'load') executor.report({ kind: 'ready' });
    },
  ) {
    this.onCommand = onCommand;
  }

  executor(events: ExecutorEvents, heapBytes: number): Executor {
    const executor = new FakeExecutor(events, heapBytes, (one, command) =>
      this.onCommand(one, command),
    );
    this.executors.push(executor);
    return executor;
  }

  get alive(): readonly FakeExecutor[] {
    return this.executors.filter(({ isAlive }) => isAlive);
  }
}
