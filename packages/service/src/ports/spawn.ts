import type { ExecutorCommand, ExecutorReport } from '@mapreduce/protocol';

/** How an executor ended. */
export interface ExecutorExit {
  readonly exitCode: number | null;
  readonly signal: string | null;
  /** The heap or the container's memory ran out. */
  readonly outOfMemory: boolean;
  /** The last 4 KiB of its standard error. */
  readonly stderr: string;
}

/** A process that runs user code, one attempt at a time. */
export interface Executor {
  send(command: ExecutorCommand): void;
  /** SIGKILL; `onExit` still follows. */
  kill(): void;
}

export interface ExecutorEvents {
  onReport(report: ExecutorReport): void;
  /** Exactly once, after the last report. */
  onExit(exit: ExecutorExit): void;
}

/** Starts executors. */
export interface Spawn {
  /** `heapBytes` bounds the heap of user code, beside the engine's own buffers. */
  executor(events: ExecutorEvents, heapBytes: number): Executor;
}
