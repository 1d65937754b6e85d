import type { CoordinatorConfig, RegisterResponse, Sink } from '@mapreduce/protocol';
import { DiskError } from '@mapreduce/service';
import {
  adoptOutput,
  describeSuccess,
  discardOutput,
  prepareOutput,
  readCommitRecords,
  encodeSuccess,
  outputError,
  writeSkipped,
  writeSuccess,
  type OutputLayout,
  type PreparedOutput,
  type StoredCommitRecord,
} from '@mapreduce/storage';
import type { Audits } from './audit/audits.ts';
import type { MapTable } from './map-table.ts';
import type { PartCommits } from './part-commits.ts';
import type { Planner } from './planner.ts';
import type { CoordinatorPorts } from './ports.ts';

/** What an output directory that is ready holds. */
export interface ReadyOutput extends PreparedOutput {
  readonly nonce: string;
  /** An earlier life made it ready. */
  readonly isAdopted: boolean;
  readonly committed: readonly StoredCommitRecord[];
}

/** What is known of a job whose parts are all committed. */
export interface FinishedParts {
  readonly parts: PartCommits;
  readonly audits: Audits;
  readonly planner: Planner;
}

export interface OutputOptions {
  readonly config: CoordinatorConfig;
  readonly layout: OutputLayout;
  readonly jobDigest: string;
  /** Throws where a later coordinator of the job has begun. */
  readonly checkInCharge: () => Promise<void>;
}

/** The output directory through a job's life: made ready, finished or taken back. */
export class Output {
  readonly #config: CoordinatorConfig;
  readonly #checkInCharge: OutputOptions['checkInCharge'];
  readonly jobDigest: string;
  readonly #ports: CoordinatorPorts;
  readonly layout: OutputLayout;
  /** What the nonce file holds: a worker that reads it shares the directory. */
  #nonce: string;
  #prepared: PreparedOutput | undefined;

  constructor(
    { config, layout, jobDigest, checkInCharge }: OutputOptions,
    ports: CoordinatorPorts,
  ) {
    this.#checkInCharge = checkInCharge;
    this.#config = config;
    this.layout = layout;
    this.jobDigest = jobDigest;
    this.#ports = ports;
    this.#nonce = ports.random.hex(32);
  }

  /** A file that shows a worker that it sees this very directory, where it is to see it; once that is ready. */
  get proof(): RegisterResponse['nonce'] {
    if (this.sink.kind !== 'file' || this.#prepared === undefined) return undefined;
    return { path: this.layout.nonce, content: this.#nonce };
  }

  get sink(): Sink {
    const { kind, directory } = this.#config.output;
    return kind === 'file' ? { kind, directory } : { kind };
  }

  /**
   * Makes the directory ready, or takes over what an earlier life made ready, and returns what is to be
   * known of it. `before`: what the journal says of it. Throws `OutputError`, and what `checkInCharge`
   * throws before anything is taken away.
   */
  async prepare(
    before: (PreparedOutput & { readonly nonce: string }) | undefined,
  ): Promise<ReadyOutput> {
    const { disk, random } = this.#ports;
    const { jobDigest, layout } = this;
    const nonce = before?.nonce ?? this.#nonce;
    // First: where it cannot be taken over, the job fails, and what earlier lives wrote is to go.
    if (before !== undefined) this.#prepared = { created: before.created };
    try {
      const isKnown = before !== undefined;
      const adopted = await adoptOutput(disk, layout, { jobDigest, isKnown, nonce });
      if (adopted !== undefined) {
        this.#prepared ??= { created: false };
        this.#nonce = adopted.nonce;
        return { ...this.#prepared, ...adopted, isAdopted: true };
      }
    } catch (error) {
      if (error instanceof DiskError) throw outputError(layout.directory, error);
      throw error;
    }
    const { overwrite } = this.#config.output;
    const token = random.hex(16);
    const options = { overwrite, nonce, token, checkInCharge: this.#checkInCharge };
    this.#prepared = await prepareOutput(disk, layout, options);
    return { ...this.#prepared, nonce, isAdopted: false, committed: [] };
  }

  /** The journal says how the job ended: the directory is as that left it. */
  recall(before: PreparedOutput | undefined): void {
    this.#prepared = before;
  }

  /**
   * Gives every part its final names, writes what was skipped aside, and then `_SUCCESS`. `fileOf`: the
   * name of a map's input. Throws `IncompleteOutputError` where the parts do not make one output, and
   * what `checkInCharge` throws before `_SUCCESS` is there.
   */
  async finish(
    maps: MapTable,
    { parts, audits, planner }: FinishedParts,
    fileOf: (map: number) => string,
  ): Promise<void> {
    const { disk, digest, random } = this.#ports;
    const { id: job, reducers, fsync } = this.#config.job;
    const records = await readCommitRecords(disk, this.layout);
    const options = { fsync, token: random.hex(16), checkInCharge: this.#checkInCharge };
    const aside = maps.skipped.lines(fileOf);
    const success = describeSuccess(digest, {
      job,
      jobDigest: this.jobDigest,
      reducers,
      plan: planner.final?.digest ?? '',
      deterministic: audits.isDeterministic,
      maps: maps.summary(),
      exceptionsOf: (partition, consumed) => audits.exceptionsOf(partition, consumed),
      skipped: await writeSkipped(disk, digest, this.layout, aside, options),
      records,
    });
    const names = new Set(await disk.list(this.layout.directory));
    for (const { record } of records) {
      // A committer may have died between its link and the final names.
      const whole = record.manifest.files.every(({ name }) => names.has(name));
      if (!whole) await parts.publish(record);
    }
    await writeSuccess(disk, this.layout, encodeSuccess(digest, success), options);
  }

  /** Takes back what a job that did not succeed has written. May be repeated. */
  async discard(): Promise<void> {
    if (this.#prepared === undefined) return;
    await discardOutput(this.#ports.disk, this.layout, this.#prepared);
  }
}
