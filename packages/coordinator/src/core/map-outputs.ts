import type { AttemptId, HeldOutput } from '@mapreduce/protocol';
import type { SchedulerCommand } from '@mapreduce/scheduler';
import type { Log } from '@mapreduce/service';
import type { CompletionLog } from './completion-log.ts';
import { CounterTotals } from './counter-totals.ts';
import type { Journal } from './journal/journal.ts';
import { MapTable, type MapOutput } from './map-table.ts';
import type { RestoredOutput } from './recovery/restored-state.ts';
import type { WorkerBook } from './worker-book.ts';

export interface MapOutputsOptions {
  readonly journal: Journal;
  readonly log: CompletionLog;
  readonly workers: WorkerBook;
  readonly facts: Log;
  /** A map that ran again has another output; from within a scheduler's step. */
  readonly onChanged: (before: MapOutput, output: MapOutput) => void;
  /** Outputs that had arrived are in their places. */
  readonly onArrived: () => void;
}

/** What the scheduler does not keep of an output that it is told of. */
export type Arriving = Pick<HeldOutput, 'attempt' | 'storedRoot' | 'contentRoot' | 'totals'>;

type MapCommand = Extract<SchedulerCommand, { kind: 'mapAvailable' | 'mapLost' }>;

/** What has become of every map's output: in the table, in the journal, and then in the log. */
export class MapOutputs {
  readonly table = new MapTable();
  readonly counters = new CounterTotals();
  readonly #options: MapOutputsOptions;
  /** A worker may have two outputs of one map. */
  readonly #arriving = new Map<AttemptId, Arriving>();

  constructor(options: MapOutputsOptions) {
    this.#options = options;
  }

  /** Runs `tell`, which tells the scheduler of these outputs. */
  arriving(outputs: readonly Arriving[], tell: () => void): void {
    for (const output of outputs) this.#arriving.set(output.attempt, output);
    tell();
    this.#arriving.clear();
    this.#options.onArrived();
  }

  /** What an earlier life knew. Its log is numbered anew. */
  restore(outputs: Iterable<RestoredOutput>): void {
    const { log } = this.#options;
    for (const { output, isLost } of outputs) {
      const { totals, ...rest } = output;
      const mapped: MapOutput = { ...rest, kind: 'mapped' };
      if (this.table.set(mapped, totals)) this.counters.add(totals.counters);
      if (!isLost) log.release(log.append(mapped));
    }
  }

  carryOut(command: MapCommand): void {
    if (command.kind === 'mapAvailable') this.#available(command);
    else this.#lost(command);
  }

  #available({ map, attempt, holder }: Extract<MapCommand, { kind: 'mapAvailable' }>): void {
    const address = this.#options.workers.address(holder);
    const before = this.table.output(map);
    if (before?.attempt === attempt) this.#moved({ ...before, holder, address });
    else this.#completed({ map, attempt, holder, address }, before);
  }

  #completed(
    at: Pick<MapOutput, 'map' | 'attempt' | 'holder' | 'address'>,
    before: MapOutput | undefined,
  ): void {
    const { journal, log, onChanged } = this.#options;
    const arriving = this.#arriving.get(at.attempt);
    if (arriving === undefined) throw new Error(`${at.attempt} is available, but did not complete`);
    const { storedRoot, contentRoot, totals } = arriving;
    const output = { ...at, storedRoot, contentRoot };
    const mapped = { kind: 'mapped', ...output } as const;
    if (this.table.set(mapped, totals)) this.counters.add(totals.counters);
    if (before !== undefined) onChanged(before, mapped);
    const count = log.append(mapped);
    release(journal.append({ kind: 'mapCompleted', ...output, totals }), log, count);
  }

  #moved(output: MapOutput): void {
    const { journal, log } = this.#options;
    const { map, attempt, holder, address } = output;
    this.table.move(output);
    const count = log.append(output);
    const record = { kind: 'mapHolder', map, attempt, holder, address } as const;
    release(journal.append(record), log, count);
  }

  #lost({ map, attempt }: Extract<MapCommand, { kind: 'mapLost' }>): void {
    const { journal, log, facts } = this.#options;
    facts.warn('map output lost', { map, attempt });
    const count = log.append({ kind: 'lost', map, attempt });
    release(journal.append({ kind: 'mapLost', map, attempt }), log, count);
  }
}

/** Shows the log's first `count` events once the journal has them; a failure is told elsewhere. */
function release(written: Promise<void>, log: CompletionLog, count: number): void {
  written.then(
    () => log.release(count),
    () => undefined,
  );
}
