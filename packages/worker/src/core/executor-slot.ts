import type {
  AttemptError,
  ExecutorCommand,
  ExecutorReport,
  Progress,
  Result,
  Task,
} from '@mapreduce/protocol';
import type { Executor, ExecutorExit, Timer } from '@mapreduce/service';
import { AttemptFailedError, CancelledError } from './errors.ts';
import type { WorkerPorts } from './ports.ts';

export type LoadCommand = Extract<ExecutorCommand, { kind: 'load' }>;
export type RunCommand = Extract<ExecutorCommand, { kind: 'run' }>;

export interface RunOptions {
  /** Without any progress for so long the executor is killed, and the attempt has failed. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Progress) => void;
}

/** A process that has not loaded its program by then is killed too. */
const loadTimeoutMs = 60_000;

interface Running {
  readonly command: RunCommand;
  readonly options: RunOptions;
  readonly done: PromiseWithResolvers<Result>;
  /** Kills it after too long a silence; set anew by each progress. */
  timer: Timer | undefined;
}

/**
 * One executor process and its successors: whenever it ends, however it ends, the next one is
 * started and loads the program, so that an attempt always finds it warm.
 */
export class ExecutorSlot {
  readonly #ports: Pick<WorkerPorts, 'spawn' | 'clock' | 'log'>;
  #heapBytes: number;
  #load: LoadCommand | undefined;
  #executor: Executor;
  #running: Running | undefined;
  /** Whether the process that runs now has loaded the program. */
  #ready = false;
  /** How the last process ended while it loaded the program: what the next attempt dies of. */
  #loadExit: ExecutorExit | undefined;
  #closed = false;

  constructor(ports: Pick<WorkerPorts, 'spawn' | 'clock' | 'log'>, heapBytes: number) {
    this.#ports = ports;
    this.#heapBytes = heapBytes;
    this.#executor = this.#start();
  }

  /** Lets it load the program, in this process and in each that follows. */
  load(command: LoadCommand, heapBytes: number): void {
    const fits = heapBytes === this.#heapBytes && this.#load === undefined;
    this.#load = command;
    this.#heapBytes = heapBytes;
    if (fits && this.#loadExit === undefined) this.#executor.send(command);
    else this.#restart();
  }

  /**
   * Runs one attempt. Throws `AttemptFailedError` for what the executor reports, how it ended or
   * for its silence, and `CancelledError` once the signal aborts; the executor is killed then.
   */
  async run(command: RunCommand, options: RunOptions): Promise<Result> {
    if (options.signal.aborted) throw new CancelledError();
    if (this.#loadExit !== undefined) {
      const exit = this.#loadExit;
      this.#restart();
      throw new AttemptFailedError(exitError(exit, 'loading the program'));
    }
    const running: Running = {
      command,
      options,
      done: Promise.withResolvers(),
      timer: undefined,
    };
    const onAbort = () => this.#giveUp(running, new CancelledError());
    options.signal.addEventListener('abort', onAbort, { once: true });
    this.#running = running;
    this.#watch(running);
    try {
      this.#executor.send(command);
      return await running.done.promise;
    } finally {
      running.timer?.cancel();
      options.signal.removeEventListener('abort', onAbort);
      this.#running = undefined;
    }
  }

  close(): void {
    this.#closed = true;
    this.#executor.kill();
  }

  /** Ends what runs, with its process: nothing else stops user code. */
  #giveUp(running: Running, reason: Error): void {
    running.done.reject(reason);
    this.#restart();
  }

  #watch(running: Running): void {
    const { clock } = this.#ports;
    // Until the program is loaded, what takes time is mostly the machine, not the program.
    const patience = this.#ready ? 0 : loadTimeoutMs;
    const timeoutMs = Math.max(running.options.timeoutMs, patience);
    const error = this.#ready ? silence(running.command, timeoutMs) : slowLoad(timeoutMs);
    running.timer?.cancel();
    running.timer = clock.after(timeoutMs, () =>
      this.#giveUp(running, new AttemptFailedError(error)),
    );
  }

  #restart(): void {
    const old = this.#executor;
    if (!this.#closed) this.#executor = this.#start();
    old.kill();
  }

  #start(): Executor {
    this.#ready = false;
    this.#loadExit = undefined;
    const executor = this.#ports.spawn.executor(
      {
        onReport: (report) => {
          if (executor === this.#executor) this.#onReport(report);
        },
        onExit: (exit) => {
          if (executor === this.#executor && !this.#closed) this.#onExit(exit);
        },
      },
      this.#heapBytes,
    );
    if (this.#load !== undefined) executor.send(this.#load);
    return executor;
  }

  #onReport(report: ExecutorReport): void {
    const running = this.#running;
    if (report.kind === 'ready') {
      this.#ready = true;
      if (running !== undefined) this.#watch(running);
      return;
    }
    if (running === undefined || report.attempt !== running.command.attempt) return;
    switch (report.kind) {
      case 'progress':
        // Also where its numbers are the same: what is emitted, sorted and written is not among them.
        this.#watch(running);
        running.options.onProgress(report.progress);
        return;
      case 'done':
        running.done.resolve(report.result);
        return;
      case 'failed':
        // Who knows what a program that threw has left behind: the next attempt gets a new process.
        this.#giveUp(running, new AttemptFailedError(report.error));
        return;
    }
  }

  #onExit(exit: ExecutorExit): void {
    const { exitCode, signal } = exit;
    this.#ports.log.warn('executor ended', { exitCode, signal, outOfMemory: exit.outOfMemory });
    const running = this.#running;
    if (running !== undefined) {
      const doing = this.#ready ? `running ${nameOf(running.command.task)}` : 'loading the program';
      running.done.reject(new AttemptFailedError(exitError(exit, doing)));
    } else if (!this.#ready) {
      // Starting it again and again would end no better: an attempt shall say why.
      this.#loadExit = exit;
      return;
    }
    this.#executor = this.#start();
  }
}

/** A task as a person would name it. */
function nameOf(task: Task): string {
  switch (task.kind) {
    case 'describe':
      return 'describe';
    case 'sample':
    case 'map':
      return `${task.kind} ${task.split.index}`;
    case 'reduce':
      return `reduce ${task.partition}`;
  }
}

function silence(command: RunCommand, timeoutMs: number): AttemptError {
  return {
    kind: 'timeout',
    message:
      `${nameOf(command.task)} neither read nor emitted a record for ${timeoutMs / 1_000} s; ` +
      'if its functions may take that long, raise the task timeout',
  };
}

function slowLoad(timeoutMs: number): AttemptError {
  return {
    kind: 'timeout',
    message:
      `loading the program took more than ${timeoutMs / 1_000} s; ` +
      'what stands at the top level of its modules must come to an end',
  };
}

function fateOf({ outOfMemory, signal }: ExecutorExit): string {
  if (!outOfMemory) return 'ended by itself';
  return signal === 'SIGKILL' ? 'was killed, as where memory is short,' : 'ran out of memory';
}

function exitError(exit: ExecutorExit, doing: string): AttemptError {
  const how = exit.signal === null ? `exit code ${exit.exitCode ?? '?'}` : `signal ${exit.signal}`;
  const tail = exit.stderr.trim();
  const message = `the executor ${fateOf(exit)} while ${doing} (${how})`;
  return {
    kind: exit.outOfMemory ? 'memory' : 'exit',
    message: (tail === '' ? message : `${message}; its last output:\n${tail}`).slice(0, 16_384),
    ...(exit.exitCode !== null && { exitCode: exit.exitCode }),
    ...(exit.signal !== null && { signal: exit.signal }),
  };
}
