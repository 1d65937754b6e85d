import type {
  AttemptError,
  AttemptId,
  FailureKind,
  Incarnation,
  Progress,
  TaskKind,
} from '@mapreduce/protocol';
import type { SchedulerCommand, SchedulerEvent, SchedulerSettings } from '../events.ts';
import { nextTick, step } from '../scheduler.ts';
import { createScheduler, type SchedulerState } from '../state.ts';

/** A union's members without their time: the harness stamps them. */
type Untimed<E> = E extends unknown ? Omit<E, 'at'> : never;
export type UntimedEvent = Untimed<SchedulerEvent>;
export type Lease = Extract<SchedulerCommand, { kind: 'lease' }>;

const settings: SchedulerSettings = {
  epoch: { generation: 1, boot: 1, nonce: '5f3a9c21' },
  reducers: 1,
  workerTimeoutMs: 10_000,
  maxFailures: 4,
  maxVanished: 16,
};

const noProgress: Progress = { records: 0, bytes: 0, totalBytes: 0, fetchedBytes: 0 };

/** Plays the coordinator and its workers against a scheduler, on a clock of its own. */
export class Harness {
  readonly state: SchedulerState;
  readonly leases: Lease[] = [];
  at = 0;

  constructor(overrides: Partial<SchedulerSettings> = {}) {
    this.state = createScheduler({ ...settings, ...overrides });
  }

  send(event: UntimedEvent): SchedulerCommand[] {
    const commands = step(this.state, { ...event, at: this.at });
    for (const command of commands) if (command.kind === 'lease') this.leases.push(command);
    return commands;
  }

  /** Lets time pass with every tick on time; returns all that the ticks commanded. */
  pass(ms: number): SchedulerCommand[] {
    const commands: SchedulerCommand[] = [];
    const end = this.at + ms;
    for (let due = nextTick(this.state); due <= end; due = nextTick(this.state)) {
      this.at = Math.max(this.at, due);
      commands.push(...this.send({ kind: 'tick' }));
    }
    this.at = end;
    return commands;
  }

  /** Lets time pass while the workers send empty-handed or naming heartbeats every second. */
  passAlive(ms: number, progress: Record<AttemptId, Partial<Progress>> = {}): SchedulerCommand[] {
    const commands: SchedulerCommand[] = [];
    for (let passed = 0; passed < ms; passed += 1_000) {
      commands.push(...this.pass(Math.min(1_000, ms - passed)));
      for (const worker of [...this.state.silence]) {
        commands.push(...this.beat(worker.incarnation, progress));
      }
    }
    return commands;
  }

  /** A heartbeat that names all that the worker runs. */
  beat(
    worker: Incarnation,
    progress: Record<AttemptId, Partial<Progress>> = {},
  ): SchedulerCommand[] {
    const running = this.state.byIncarnation.get(worker)?.attempts ?? [];
    const attempts = [...running].map(({ id }) => ({
      attempt: id,
      progress: { ...noProgress, ...progress[id] },
    }));
    return this.send({ kind: 'heartbeat', worker, attempts });
  }

  join(worker: Incarnation, slots = 1): void {
    this.send({ kind: 'workerJoined', worker, slots });
  }

  /** Asks for tasks; returns what was leased. */
  ask(worker: Incarnation, slots = 1): Lease[] {
    return onlyLeases(this.send({ kind: 'slotsOffered', worker, slots }));
  }

  /** Asks for one task, and expects one. */
  take(worker: Incarnation): Lease {
    const [lease] = this.ask(worker);
    if (lease === undefined) throw new Error(`${worker} was leased nothing`);
    return lease;
  }

  complete({ worker, attempt, task }: Lease): SchedulerCommand[] {
    const kinds = { describe: 'described', sample: 'sampled', map: 'mapCompleted' } as const;
    if (task.kind !== 'reduce') return this.send({ kind: kinds[task.kind], worker, attempt });
    return this.send({ kind: 'reduceCommitted', partition: task.index, attempt });
  }

  fail(
    { worker, attempt }: Lease,
    kind: FailureKind,
    more: Pick<AttemptError, 'offset' | 'signal'> = {},
  ): SchedulerCommand[] {
    const error = { kind, message: `${kind} failed`, ...more };
    return this.send({ kind: 'attemptFailed', worker, attempt, error });
  }

  unfetchable(
    reducer: Lease,
    map: Lease,
    reason: 'unreachable' | 'gone' | 'corrupt',
  ): SchedulerCommand[] {
    return this.send({
      kind: 'fetchFailed',
      worker: reducer.worker,
      attempt: reducer.attempt,
      map: map.task.index,
      mapAttempt: map.attempt,
      holder: map.worker,
      reason,
    });
  }

  letters(kind: TaskKind): string {
    const table = this.state.tasks[kind];
    return Array.from({ length: table.size }, (_, index) => table.letter(index)).join('');
  }
}

/** A job whose program is described and whose input is cut; one worker a name has joined. */
export function plannedJob({
  workers = ['a', 'b'],
  slots = 1,
  maps = 2,
  reducers = 1,
  samples = 0,
  backupTasks = false,
}: {
  workers?: readonly Incarnation[];
  slots?: number;
  maps?: number;
  reducers?: number;
  samples?: number;
  backupTasks?: boolean;
} = {}): Harness {
  const job = new Harness({ reducers });
  for (const worker of workers) job.join(worker, slots);
  const [first] = workers;
  if (first !== undefined) job.complete(job.take(first));
  job.send({ kind: 'planned', maps, samples, backupTasks });
  job.leases.length = 0;
  return job;
}

export function onlyLeases(commands: readonly SchedulerCommand[]): Lease[] {
  return commands.filter((command) => command.kind === 'lease');
}

export function kinds(commands: readonly SchedulerCommand[]): string[] {
  return commands.map(({ kind }) => kind);
}
