import {
  failureKindSchema,
  parseAttemptId,
  taskKindSchema,
  type AttemptId,
  type BulkRouteName,
  type CompletionRequest,
  type CompletionResponse,
  type FailureRequest,
  type HeartbeatRequest,
  type LeaseResponse,
  type RequestOf,
  type ResponseOf,
  type RouteName,
} from '@mapreduce/protocol';
import type { BulkRequest, ByteStream, CallOptions, Transport } from '@mapreduce/service';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

const secondsFrom1ms = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 30];

/** What is counted of an attempt's input so far. */
interface Counted {
  readonly bytes: number;
  readonly records: number;
}

/**
 * A worker's metrics, all of them read off what it says and hears: its transport is wrapped. No label
 * names a job, a task or a worker.
 */
export class WorkerMetrics {
  readonly registry = new Registry();
  readonly #counted = new Map<AttemptId, Counted>();
  readonly #busy: Gauge;
  readonly #attempts: Counter<'phase' | 'outcome' | 'reason'>;
  readonly #heartbeats: Histogram;
  readonly #leaseWaits: Histogram;
  readonly #fetches: Histogram<'result'>;
  readonly #bytes: Record<'read' | 'spilled' | 'shuffled' | 'written', Counter>;
  readonly #records: Record<'read' | 'spilled' | 'shuffled' | 'written', Counter>;
  readonly #spills: Counter;

  /** `slots`: tasks that it runs at once. */
  constructor(slots: number) {
    const registers = [this.registry];
    collectDefaultMetrics({ register: this.registry });
    const counter = (name: string, help: string) => new Counter({ name, help, registers });
    const histogram = (name: string, help: string) =>
      new Histogram({ name, help, buckets: secondsFrom1ms, registers });
    new Gauge({
      name: 'mapreduce_worker_slots',
      help: 'Tasks that this worker runs at once.',
      registers,
    }).set(slots);
    this.#busy = new Gauge({
      name: 'mapreduce_worker_slots_busy',
      help: 'Attempts that it ran when it last sent a heartbeat.',
      registers,
    });
    this.#attempts = new Counter({
      name: 'mapreduce_worker_attempts_total',
      help: 'Attempts that it reported: superseded, if another one counts.',
      labelNames: ['phase', 'outcome', 'reason'] as const,
      registers,
    });
    for (const phase of taskKindSchema.options) {
      for (const outcome of ['succeeded', 'superseded']) {
        this.#attempts.inc({ phase, outcome, reason: 'none' }, 0);
      }
      for (const reason of failureKindSchema.options) {
        this.#attempts.inc({ phase, outcome: 'failed', reason }, 0);
      }
    }
    this.#heartbeats = histogram(
      'mapreduce_worker_heartbeat_duration_seconds',
      'From a heartbeat to its answer.',
    );
    this.#leaseWaits = histogram(
      'mapreduce_worker_lease_wait_seconds',
      'From a request for tasks to an answer that had some.',
    );
    this.#fetches = new Histogram({
      name: 'mapreduce_worker_shuffle_fetch_duration_seconds',
      help: 'One request for all segments of a partition that one worker holds.',
      labelNames: ['result'] as const,
      buckets: secondsFrom1ms,
      registers,
    });
    for (const result of ['ok', 'failed']) this.#fetches.zero({ result });
    this.#bytes = {
      read: counter('mapreduce_worker_read_bytes_total', 'Input read by its maps.'),
      spilled: counter('mapreduce_worker_spilled_bytes_total', 'Map outputs stored on its disk.'),
      shuffled: counter('mapreduce_worker_shuffled_bytes_total', 'Segments fetched from workers.'),
      written: counter('mapreduce_worker_written_bytes_total', 'Bytes of parts that count.'),
    };
    this.#records = {
      read: counter('mapreduce_worker_read_records_total', 'Records read by its maps.'),
      spilled: counter('mapreduce_worker_spilled_records_total', 'Records of its map outputs.'),
      shuffled: counter(
        'mapreduce_worker_shuffled_records_total',
        'Records merged by its reduces.',
      ),
      written: counter('mapreduce_worker_written_records_total', 'Records of parts that count.'),
    };
    this.#spills = counter('mapreduce_worker_spills_total', 'Times that a map had to spill.');
  }

  /** The same transport, with what passes counted. */
  readonly watch = (transport: Transport): Transport => ({
    call: (address, route, request, options) =>
      this.#call(transport, address, route, request, options),
    bulk: (address, route, request, options) =>
      this.#bulk(transport, address, route, request, options),
  });

  async #call<R extends RouteName>(
    transport: Transport,
    address: string,
    route: R,
    request: RequestOf<R>,
    options: CallOptions,
  ): Promise<ResponseOf<R>> {
    const began = performance.now();
    if (route === 'heartbeat') this.#beat(request as HeartbeatRequest);
    const response = await transport.call(address, route, request, options);
    const seconds = (performance.now() - began) / 1_000;
    if (route === 'heartbeat') this.#heartbeats.observe(seconds);
    if (route === 'lease' && (response as LeaseResponse).leases.length > 0) {
      this.#leaseWaits.observe(seconds);
    }
    if (route === 'complete') {
      this.#completed(request as CompletionRequest, response as CompletionResponse);
    }
    if (route === 'fail') this.#failed(request as FailureRequest);
    return response;
  }

  async #bulk(
    transport: Transport,
    address: string,
    route: BulkRouteName,
    request: BulkRequest,
    options: CallOptions,
  ): Promise<ByteStream> {
    if (route !== 'segments') return transport.bulk(address, route, request, options);
    const began = performance.now();
    const over = (result: 'ok' | 'failed') =>
      this.#fetches.observe({ result }, (performance.now() - began) / 1_000);
    try {
      const stream = await transport.bulk(address, route, request, options);
      return { length: stream.length, chunks: this.#metered(stream, over) };
    } catch (error) {
      over('failed');
      throw error;
    }
  }

  async *#metered(
    { chunks }: ByteStream,
    over: (result: 'ok' | 'failed') => void,
  ): AsyncGenerator<Uint8Array, void, undefined> {
    let isWhole = false;
    try {
      for await (const chunk of chunks) {
        this.#bytes.shuffled.inc(chunk.length);
        yield chunk;
      }
      isWhole = true;
    } finally {
      over(isWhole ? 'ok' : 'failed');
    }
  }

  /** Running maps are counted as they go on: a long one is not to show as one peak at its end. */
  #beat({ attempts }: HeartbeatRequest): void {
    this.#busy.set(attempts.length);
    const running = new Set(attempts.map(({ attempt }) => attempt));
    for (const attempt of this.#counted.keys()) {
      if (!running.has(attempt)) this.#counted.delete(attempt);
    }
    for (const { attempt, progress } of attempts) {
      if (parseAttemptId(attempt).kind === 'map') this.#read(attempt, progress);
    }
  }

  #read(attempt: AttemptId, { bytes, records }: Counted): void {
    const before = this.#counted.get(attempt) ?? { bytes: 0, records: 0 };
    const now = {
      bytes: Math.max(bytes, before.bytes),
      records: Math.max(records, before.records),
    };
    this.#bytes.read.inc(now.bytes - before.bytes);
    this.#records.read.inc(now.records - before.records);
    this.#counted.set(attempt, now);
  }

  #completed({ attempt, result }: CompletionRequest, { accepted }: CompletionResponse): void {
    const { kind: phase } = parseAttemptId(attempt);
    const outcome = accepted ? 'succeeded' : 'superseded';
    this.#attempts.inc({ phase, outcome, reason: 'none' });
    if (result.kind === 'map') {
      this.#read(attempt, { bytes: result.bytesIn, records: result.recordsIn });
      this.#bytes.spilled.inc(result.bytesOut);
      this.#records.spilled.inc(result.recordsOut);
      this.#spills.inc(result.spills);
    }
    if (result.kind === 'reduce') {
      this.#records.shuffled.inc(result.recordsIn);
      if (!accepted) return;
      this.#records.written.inc(result.recordsOut);
      for (const { length } of result.files) this.#bytes.written.inc(length);
    }
  }

  #failed({ attempt, error }: FailureRequest): void {
    const { kind: phase } = parseAttemptId(attempt);
    this.#attempts.inc({ phase, outcome: 'failed', reason: error.kind });
  }
}
