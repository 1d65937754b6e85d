import { spawn, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CoordinatorConfig, JobSettings, JobStatus } from '@mapreduce/protocol';
import { newToken, NodeTransport, writeTokenFile } from '@mapreduce/service/node';
import { executable } from '../local/support/command.ts';
import { until } from '../local/support/processes.ts';
import { gatedProgram, mapGateLine, reduceGateWord } from './gated-program.ts';

export interface WorldOptions {
  /** An empty directory of its own. */
  readonly directory: string;
  readonly settings: Partial<JobSettings>;
  /** Whether the last map waits for `openMapGate`. */
  readonly mapGate: boolean;
}

interface Member {
  readonly name: string;
  readonly child: ChildProcess;
  readonly pid: number;
  /** How it ended, once it has. */
  how: number | NodeJS.Signals | undefined;
}

const maps = 8;
const reducers = 4;

/**
 * A word count by a real coordinator and two real workers, each a process of the command that
 * ships, which waits at its gates: its state stands still there.
 */
export class World {
  readonly directory: string;
  readonly output: string;
  readonly state: string;
  readonly workerDirectories: readonly string[];
  readonly tokens = { control: newToken(), worker: newToken() };
  readonly settings: JobSettings;
  readonly #mapGate: boolean;
  readonly #transport: NodeTransport;
  readonly #expected = new Map<string, number>();
  #coordinator: Member | undefined;
  readonly #workers: Member[] = [];
  #address = '';

  private constructor({ directory, settings, mapGate }: WorldOptions) {
    this.directory = directory;
    this.output = join(directory, 'output');
    this.state = join(directory, 'state');
    this.workerDirectories = [1, 2].map((worker) => join(directory, `worker-${worker}`));
    this.#mapGate = mapGate;
    this.#transport = new NodeTransport(this.tokens);
    const program = Buffer.from(gatedProgram(directory));
    writeFileSync(join(directory, 'program.mjs'), program);
    const sha256 = createHash('sha256').update(program).digest('hex');
    this.settings = {
      id: 'soak',
      program: { kind: 'module', name: 'gated.mjs', sha256 },
      reducers,
      splitSize: 2 ** 20,
      memory: 2 ** 26,
      taskTimeoutMs: 86_400_000,
      skipBadRecords: 0,
      format: 'binary',
      compression: 'none',
      fsync: false,
      backupTasks: false,
      ...settings,
    };
  }

  /** Resolves when the job stands at its first gate. */
  static async start(options: WorldOptions): Promise<World> {
    const world = new World(options);
    try {
      await world.#start();
      return world;
    } catch (error) {
      await world.stop();
      throw error;
    }
  }

  /** The coordinator's base URL. */
  get coordinator(): string {
    return this.#address;
  }

  /** The processes that have ended, though they were not told to. */
  get ended(): readonly string[] {
    return [...this.#members].filter(({ how }) => how !== undefined).map(({ name }) => name);
  }

  /** The ends of all logs. */
  get logs(): string {
    return ['coordinator', 'worker']
      .map((role) => readFileSync(join(this.directory, `${role}.log`), 'utf8').slice(-2_000))
      .join('\n');
  }

  /** Peaks of resident memory, in bytes, of those that live. */
  get memoryPeaks(): readonly number[] {
    return [...this.#members].filter(({ how }) => how === undefined).map(({ pid }) => peak(pid));
  }

  status(): Promise<JobStatus> {
    const now = { after: 0, waitMs: 0 };
    return this.#transport.call(this.#address, 'status', now, { timeoutMs: 10_000 });
  }

  openMapGate(): void {
    writeFileSync(join(this.directory, 'map-gate'), '');
  }

  /** Opens all gates, and resolves when the job has ended. */
  finish(): Promise<JobStatus> {
    this.openMapGate();
    writeFileSync(join(this.directory, 'reduce-gate'), '');
    return this.#until('the job has ended', ({ state }) => state !== 'running');
  }

  /** What is wrong with the finished output, which must be that of a sequential count. */
  outputFault(): string | undefined {
    const names = Array.from({ length: reducers }, (_, part) => `part-0000${part}`);
    const lines = names.flatMap((name) =>
      readFileSync(join(this.output, name), 'utf8').split('\n').slice(0, -1),
    );
    const wanted = [...this.#expected].map(([word, count]) => `${word}\t${count}`);
    return lines.sort().join('\n') === wanted.sort().join('\n')
      ? undefined
      : `the output has ${lines.length} lines, not the ${wanted.length} of a sequential count`;
  }

  async stop(): Promise<void> {
    this.#transport.close();
    for (const { pid, child, how } of this.#members) {
      if (how !== undefined) continue;
      const gone = new Promise((resolve) => child.once('exit', resolve));
      try {
        // Its executors are of its group.
        process.kill(-pid, 'SIGKILL');
      } catch {
        // It has just ended; we shall hear of it.
      }
      await gone;
    }
  }

  get #members(): readonly Member[] {
    return this.#coordinator === undefined ? [] : [this.#coordinator, ...this.#workers];
  }

  async #start(): Promise<void> {
    mkdirSync(join(this.directory, 'input'));
    for (let file = 0; file < maps; file++) this.#writeInput(file);
    const files = {
      control: join(this.directory, 'control'),
      worker: join(this.directory, 'token'),
    };
    writeTokenFile(files.control, this.tokens.control);
    writeTokenFile(files.worker, this.tokens.worker);
    const config: CoordinatorConfig = {
      job: this.settings,
      programFile: join(this.directory, 'program.mjs'),
      inputs: [{ kind: 'path', path: join(this.directory, 'input'), shared: false }],
      output: { kind: 'volume', directory: this.output, overwrite: false },
      listen: { host: '127.0.0.1', port: 0 },
      tokens: files,
      stateDirectory: this.state,
      generation: 2,
      lingerMs: 0,
    };
    const configFile = join(this.directory, 'config.json');
    writeFileSync(configFile, JSON.stringify(config));
    this.#coordinator = this.#spawn('coordinator', ['--config', configFile]);
    this.#address = await firstLine(this.#coordinator);
    for (const directory of this.workerDirectories) {
      const worker = this.#spawn('worker', [
        ...['--coordinator', this.#address, '--token-file', files.worker, '--slots', '1'],
        ...['--directory', directory, '--host', '127.0.0.1'],
      ]);
      this.#workers.push(worker);
    }
    await (this.#mapGate ? this.#until('all maps but one', atMapGate) : this.atReduceGate());
  }

  /** Resolves when all reduces but the one that waits have completed. */
  async atReduceGate(): Promise<void> {
    await this.#until('all reduces but one', ({ reduces }) => reduces.completed === reducers - 1);
  }

  #writeInput(file: number): void {
    let text = '';
    for (let line = 0; line < 40; line++) {
      const words = Array.from({ length: 6 }, (_, at) => `w${(file * 7 + line * 3 + at) % 90}`);
      text += `${words.join(' ')}\n`;
    }
    text += `${file === maps - 1 && this.#mapGate ? mapGateLine : 'w0'}\n${reduceGateWord}\n`;
    writeFileSync(join(this.directory, 'input', `file-${file}`), text);
    for (const word of text.split(/\s+/).filter((part) => part !== '')) {
      this.#expected.set(word, (this.#expected.get(word) ?? 0) + 1);
    }
  }

  #spawn(role: 'coordinator' | 'worker', args: readonly string[]): Member {
    const log = openSync(join(this.directory, `${role}.log`), 'a');
    const child = spawn(process.execPath, [executable, role, ...args], {
      detached: true,
      stdio: ['ignore', role === 'coordinator' ? 'pipe' : log, log],
    });
    const name = `${role} ${child.pid ?? ''}`;
    const member: Member = { name, child, pid: child.pid ?? 0, how: undefined };
    child.once('exit', (code, signal) => (member.how = code ?? signal ?? 1));
    return member;
  }

  async #until(what: string, holds: (status: JobStatus) => boolean): Promise<JobStatus> {
    let status: JobStatus | undefined;
    let asking = false;
    return until(what, 30_000, () => {
      if (!asking) {
        asking = true;
        this.status().then(
          (now) => {
            status = now;
            asking = false;
          },
          () => (asking = false),
        );
      }
      return status !== undefined && holds(status) ? status : undefined;
    }).catch((error: unknown) => {
      throw new Error(`${String(error)}; its status: ${JSON.stringify(status)}`);
    });
  }
}

function atMapGate({ maps: { completed, inProgress } }: JobStatus): boolean {
  return completed === maps - 1 && inProgress === 1;
}

/** VmHWM: the kernel keeps it. */
function peak(pid: number): number {
  const [, kibibytes] =
    /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kibibytes ?? 0) * 1_024;
}

/** Where the coordinator listens. */
function firstLine({ child }: Member): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
      const [line, ...more] = text.split('\n');
      if (more.length > 0) resolve((JSON.parse(line ?? '') as { listening: string }).listening);
    });
    child.once('exit', (code) => reject(new Error(`the coordinator ended with ${code ?? ''}`)));
  });
}
