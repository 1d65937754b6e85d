import { spawn, type ChildProcess } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { checkAgainst, executorReportSchema, type ExecutorCommand } from '@mapreduce/protocol';
import type { Executor, ExecutorEvents, ExecutorExit, Log, Spawn } from '@mapreduce/service';
import { killCommands } from '@mapreduce/service/node';
import { usualHeapBytes } from '../core/executor-pool.ts';
import { withHugePages } from '../executor/huge-pages.ts';
import { lines } from './lines.ts';
import { watchResident } from './resident-limit.ts';

/** How long after its end what an executor has still written is waited for. */
const lastWordsMs = 500;
/** How much of an executor's standard error is kept. */
const tailBytes = 4_096;
/** Of resident memory an executor may have its heap, as much again, and the engine's buffers: */
const heaps = 2.5;
/** and so much for Node.js and what that maps. */
const otherBytes = 256 * 2 ** 20;
/** A report of a sample task: 10,000,000 keys at most, over all splits. */
const maxReportBytes = 256 * 2 ** 20;

export interface SpawnOptions {
  /** What Node runs: the executable's own entry and the subcommand. */
  readonly args: readonly string[];
  readonly log: Log;
  /** Where what executors print goes. Default: standard error. */
  readonly print?: (chunk: Uint8Array) => void;
}

/** Starts executors as child processes of this one. */
export class NodeSpawn implements Spawn {
  readonly #options: SpawnOptions;
  /** Started ahead, for whoever asks first. */
  readonly #ahead: ChildProcess[] = [];

  constructor(options: SpawnOptions) {
    this.#options = options;
  }

  /** Starts executors before anybody asks: they load while the worker itself still does. */
  startAhead(count: number): void {
    for (let i = 0; i < count; i++) this.#ahead.push(this.#start(usualHeapBytes));
  }

  /** Ends those that nobody has asked for. */
  close(): void {
    for (const child of this.#ahead.splice(0)) child.kill('SIGKILL');
  }

  executor(events: ExecutorEvents, heapBytes: number): Executor {
    const child = heapBytes === usualHeapBytes ? this.#ahead.pop() : undefined;
    const limitBytes = heaps * heapBytes + otherBytes;
    return new ChildExecutor(child ?? this.#start(heapBytes), events, limitBytes, this.#options);
  }

  #start(heapBytes: number): ChildProcess {
    const heap = `--max-old-space-size=${Math.ceil(heapBytes / 2 ** 20)}`;
    // Records die young: a larger nursery costs tens of MB of resident memory and saves no time.
    const nursery = '--max-semi-space-size=4';
    // Which of Node's experiments our own code relies on is not the program's business.
    const quiet = '--disable-warning=ExperimentalWarning';
    return spawn(process.execPath, [heap, nursery, quiet, ...this.#options.args], {
      stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
      env: withHugePages(process.env),
    });
  }
}

class ChildExecutor implements Executor {
  readonly #child: ChildProcess;
  readonly #input: Writable;
  readonly #events: ExecutorEvents;
  readonly #log: Log;
  /** Where it notes the commands that it runs, which are ended with it. */
  #commands: string | undefined;
  readonly #print: (chunk: Uint8Array) => void;
  #tail = Buffer.alloc(0);
  #isKilled = false;
  /** Why it was ended here, as its last words. */
  #why: string | undefined;

  constructor(
    child: ChildProcess,
    events: ExecutorEvents,
    limitBytes: number,
    { log, print }: SpawnOptions,
  ) {
    this.#child = child;
    this.#events = events;
    this.#log = log;
    this.#print = print ?? ((chunk) => void process.stderr.write(chunk));
    const [input, output, errors, reports] = child.stdio;
    this.#input = input as Writable;
    // It may end before it has read what it was sent; its exit says all.
    this.#input.on('error', () => undefined);
    for (const stream of [output, errors] as Readable[]) {
      stream.on('data', (chunk: Buffer) => this.#said(chunk));
    }
    lines(reports as Readable, maxReportBytes, (line) => this.#report(line));
    child.on('error', (error) => (this.#why = error.message));
    const { pid } = child;
    const stopWatching =
      pid === undefined
        ? undefined
        : watchResident(pid, limitBytes, (bytes) => this.#tookTooMuch(bytes, limitBytes));
    // Processes that the program left behind may hold the pipes open for as long as they like.
    child.on('exit', () => {
      stopWatching?.();
      this.#killCommands();
      setTimeout(() => {
        for (const stream of child.stdio) stream?.destroy();
      }, lastWordsMs).unref();
    });
    // After the last byte of all its pipes.
    child.on('close', (exitCode, signal) => {
      if (this.#why !== undefined) this.#said(Buffer.from(this.#why));
      events.onExit(this.#exit(exitCode, signal));
    });
  }

  send(command: ExecutorCommand): void {
    if (command.kind === 'load') this.#commands = command.commands;
    this.#input.write(`${JSON.stringify(command)}\n`);
  }

  kill(): void {
    this.#isKilled = true;
    this.#child.kill('SIGKILL');
    this.#killCommands();
  }

  #killCommands(): void {
    const { pid } = this.#child;
    if (this.#commands !== undefined && pid !== undefined) killCommands(this.#commands, pid);
  }

  #said(chunk: Buffer): void {
    this.#print(chunk);
    this.#tail = Buffer.concat([this.#tail, chunk]).subarray(-tailBytes);
  }

  /** Ended as a kernel that is short of memory would, before that ends something else. */
  #tookTooMuch(residentBytes: number, limitBytes: number): void {
    const [has, may] = [residentBytes, limitBytes].map((bytes) => Math.round(bytes / 2 ** 20));
    this.#why =
      `it had ${has} MiB of resident memory, and may have ${may}: its heap, as much again for ` +
      'buffers, and what the engine needs; keep less, or raise --memory\n';
    this.#child.kill('SIGKILL');
  }

  #report(line: string): void {
    const parsed = checkAgainst(executorReportSchema, jsonOf(line));
    if (parsed.success) {
      this.#events.onReport(parsed.data);
      return;
    }
    // The program may have written to the descriptor itself: nothing it says can be relied on.
    this.#log.error('executor sent an unreadable report', { error: parsed.error.message });
    this.kill();
  }

  #exit(exitCode: number | null, signal: string | null): ExecutorExit {
    const stderr = this.#tail.toString('utf8');
    return { exitCode, signal, stderr, outOfMemory: this.#ranOutOfMemory(signal, stderr) };
  }

  /** V8 aborts, and says why; a kernel that is short of memory kills without a word. */
  #ranOutOfMemory(signal: string | null, stderr: string): boolean {
    if (/heap out of memory|Array buffer allocation failed|out of memory/i.test(stderr))
      return true;
    return signal === 'SIGKILL' && !this.#isKilled;
  }
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
