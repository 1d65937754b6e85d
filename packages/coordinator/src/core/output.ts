import type { CoordinatorConfig, Sink } from '@mapreduce/protocol';
import {
  describeSuccess,
  discardOutput,
  prepareOutput,
  readCommitRecords,
  encodeSuccess,
  writeSuccess,
  type OutputLayout,
  type PreparedOutput,
} from '@mapreduce/storage';
import type { MapTable } from './map-table.ts';
import type { PartCommits } from './part-commits.ts';
import type { CoordinatorPorts } from './ports.ts';

/** The output directory through a job's life: made ready, finished or taken back. */
export class Output {
  readonly #config: CoordinatorConfig;
  readonly jobDigest: string;
  readonly #ports: CoordinatorPorts;
  readonly layout: OutputLayout;
  /** What the nonce file holds: a worker that reads it shares the directory. */
  readonly nonce: string;
  #prepared: PreparedOutput | undefined;

  constructor(
    config: CoordinatorConfig,
    layout: OutputLayout,
    jobDigest: string,
    ports: CoordinatorPorts,
  ) {
    this.#config = config;
    this.layout = layout;
    this.jobDigest = jobDigest;
    this.#ports = ports;
    this.nonce = ports.random.hex(32);
  }

  get sink(): Sink {
    const { kind, directory } = this.#config.output;
    return kind === 'file' ? { kind, directory } : { kind };
  }

  /** Throws `OutputError`. */
  async prepare(): Promise<void> {
    this.#prepared = await prepareOutput(this.#ports.disk, this.layout, {
      overwrite: this.#config.output.overwrite,
      nonce: this.nonce,
      token: this.#ports.random.hex(16),
    });
  }

  /**
   * Gives every part its final names and writes `_SUCCESS`. Throws `IncompleteOutputError` where the
   * parts do not make one output.
   */
  async finish(maps: MapTable, parts: PartCommits): Promise<void> {
    const { disk, digest, random } = this.#ports;
    const { id: job, reducers, fsync } = this.#config.job;
    const records = await readCommitRecords(disk, this.layout);
    const success = describeSuccess(digest, {
      job,
      jobDigest: this.jobDigest,
      reducers,
      maps: maps.summary(),
      records,
    });
    const names = new Set(await disk.list(this.layout.directory));
    for (const { record } of records) {
      // A committer may have died between its link and the final names.
      const whole = record.manifest.files.every(({ name }) => names.has(name));
      if (!whole) await parts.publish(record);
    }
    await writeSuccess(disk, this.layout, encodeSuccess(digest, success), {
      fsync,
      token: random.hex(16),
    });
  }

  /** Takes back what a job that did not succeed has written. May be repeated. */
  async discard(): Promise<void> {
    if (this.#prepared === undefined) return;
    await discardOutput(this.#ports.disk, this.layout, this.#prepared);
  }
}
