import { phaseSchema, type JobStatus } from '@mapreduce/protocol';
import { workerCounts, type SchedulerState } from '@mapreduce/scheduler';
import { Counter, Gauge, type Registry } from 'prom-client';

const states = ['running', 'succeeded', 'failed', 'cancelled'] as const;
const workerStates = ['alive', 'draining', 'lost', 'left'] as const;

type ReadStatus = () => Promise<JobStatus | undefined>;

/** Numbers of the status: what it says of a running attempt goes when the attempt fails. */
const progress: readonly (readonly [string, string, keyof JobStatus['progress']])[] = [
  ['mapreduce_job_read_bytes', 'Input read by maps that count or run.', 'bytesRead'],
  [
    'mapreduce_job_read_records',
    'Records of the input read by maps that count or run.',
    'recordsRead',
  ],
  ['mapreduce_job_skipped_records', 'Bad records that were left out.', 'recordsSkipped'],
  [
    'mapreduce_job_shuffled_bytes',
    'Segments fetched by reduces that count or run.',
    'bytesShuffled',
  ],
  [
    'mapreduce_job_shuffled_records',
    'Records merged by reduces that count or run.',
    'recordsShuffled',
  ],
  ['mapreduce_job_written_bytes', 'Bytes of committed parts.', 'bytesWritten'],
  ['mapreduce_job_written_records', 'Records of committed parts.', 'recordsWritten'],
];

/** Registers what is read off the status and the scheduler when Prometheus asks. */
export function statusGauges(
  registry: Registry,
  readStatus: ReadStatus,
  scheduler: () => SchedulerState | undefined,
): void {
  const registers = [registry];
  jobGauges(registers, readStatus);
  for (const [name, help, field] of progress) {
    new Gauge({
      name,
      help,
      registers,
      async collect() {
        this.set((await readStatus())?.progress[field] ?? 0);
      },
    });
  }
  new Gauge({
    name: 'mapreduce_tasks',
    help: 'Tasks, by phase and state.',
    labelNames: ['phase', 'state'] as const,
    registers,
    async collect() {
      const status = await readStatus();
      for (const phase of ['map', 'reduce'] as const) {
        const counts = status?.[`${phase}s`];
        this.set({ phase, state: 'idle' }, counts?.idle ?? 0);
        this.set({ phase, state: 'in_progress' }, counts?.inProgress ?? 0);
        this.set({ phase, state: 'completed' }, counts?.completed ?? 0);
      }
    },
  });
  schedulerGauges(registers, scheduler);
}

function jobGauges(registers: Registry[], readStatus: ReadStatus): void {
  new Gauge({
    name: 'mapreduce_job_info',
    help: 'Always 1: the built-in that the job runs, inline, or custom.',
    labelNames: ['program'] as const,
    registers,
    async collect() {
      const status = await readStatus();
      this.reset();
      if (status !== undefined) this.set({ program: publicName(status.program) }, 1);
    },
  });
  new Gauge({
    name: 'mapreduce_job_state',
    help: '1 for the state that the job is in.',
    labelNames: ['state'] as const,
    registers,
    async collect() {
      const status = await readStatus();
      for (const state of states) this.set({ state }, Number(status?.state === state));
    },
  });
  new Gauge({
    name: 'mapreduce_job_phase',
    help: '1 for the phase that the job is in, or ended in.',
    labelNames: ['phase'] as const,
    registers,
    async collect() {
      const status = await readStatus();
      for (const phase of phaseSchema.options) this.set({ phase }, Number(status?.phase === phase));
    },
  });
  new Gauge({
    name: 'mapreduce_job_elapsed_seconds',
    help: 'Since this coordinator began, until the job ended.',
    registers,
    async collect() {
      this.set(((await readStatus())?.elapsedMs ?? 0) / 1_000);
    },
  });
  new Gauge({
    name: 'mapreduce_job_input_bytes',
    help: 'Size of the whole input, once it is listed.',
    registers,
    async collect() {
      this.set((await readStatus())?.inputs.bytes ?? 0);
    },
  });
}

function schedulerGauges(registers: Registry[], scheduler: () => SchedulerState | undefined): void {
  new Gauge({
    name: 'mapreduce_workers',
    help: 'Workers that the coordinator has heard of, by state.',
    labelNames: ['state'] as const,
    registers,
    collect() {
      const state = scheduler();
      const counts = state && workerCounts(state);
      for (const name of workerStates) this.set({ state: name }, counts?.[name] ?? 0);
    },
  });
  new Gauge({
    name: 'mapreduce_slots',
    help: 'Tasks that the live workers can run at once.',
    registers,
    collect() {
      this.set(scheduler()?.aliveSlots ?? 0);
    },
  });
  new Gauge({
    name: 'mapreduce_slots_busy',
    help: 'Tasks that the live workers run now.',
    registers,
    collect() {
      const state = scheduler();
      // Once the job is decided, nobody hears of those that were under way.
      this.set(state?.outcome === 'running' ? state.attempts.size : 0);
    },
  });
  new Counter({
    name: 'mapreduce_outputs_moved_total',
    help: 'Map outputs that other workers took over from those that left.',
    registers,
    collect() {
      this.reset();
      this.inc(scheduler()?.totals.moved ?? 0);
    },
  });
  new Counter({
    name: 'mapreduce_maps_rerun_ahead_total',
    help: 'Maps that ran again because their holder was about to leave with the only output.',
    registers,
    collect() {
      this.reset();
      this.inc(scheduler()?.totals.rerunAhead ?? 0);
    },
  });
}

/** Paths and URLs of users' programs are nobody's business who has no token. */
function publicName(program: string): string {
  return /^[a-z][a-z0-9-]*$/.test(program) ? program : 'custom';
}
