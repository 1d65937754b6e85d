import { sleep, type Clock, type Log } from '@mapreduce/service';
import type { ApiClient } from '../api/client.ts';
import { isAlreadyExists, isConflict } from '../api/error.ts';
import { apiVersionOf } from '../api/resource.ts';
import { leases, type Lease } from './lease.ts';
import type { RuntimeMetrics } from './metrics.ts';
import { microTime } from './micro-time.ts';

export interface ElectionSettings {
  /** A holder that nobody saw renew for so long is taken for gone. */
  readonly leaseMs: number;
  /** A leader that could not renew for so long stops leading; shorter than `leaseMs`. */
  readonly renewDeadlineMs: number;
  /** Between two tries to acquire or renew; shorter than `renewDeadlineMs`. */
  readonly retryMs: number;
}

export const defaultElectionSettings: ElectionSettings = {
  leaseMs: 15_000,
  renewDeadlineMs: 10_000,
  retryMs: 2_000,
};

export interface LeaderElectorOptions {
  readonly client: ApiClient;
  readonly namespace: string;
  /** Of the Lease. */
  readonly name: string;
  /** Of this process; no two may share one. */
  readonly identity: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: RuntimeMetrics;
  readonly settings?: Partial<ElectionSettings>;
}

/** How an election ended: told to stop, or led and lost it. Who has lost it ends the process. */
export type ElectionEnd = 'stopped' | 'lost';

/** Leads while it holds a Lease. There is one leader at a time as long as clocks run equally fast. */
export class LeaderElector {
  readonly #options: LeaderElectorOptions;
  readonly #settings: ElectionSettings;
  /** The Lease as last seen, and when its content was first seen: others' clocks count for nothing. */
  #seen: { readonly lease: Lease; readonly at: number } | undefined;
  /** Until then nobody else can hold the lease. */
  #leadsUntil = -Infinity;

  constructor(options: LeaderElectorOptions) {
    this.#options = options;
    this.#settings = { ...defaultElectionSettings, ...options.settings };
  }

  /** Whether this process leads: false at once when its time is up, before anything was aborted. */
  get isLeading(): boolean {
    return this.#options.clock.now() < this.#leadsUntil;
  }

  /**
   * Waits for the lease, then calls `lead` with a signal that is aborted when it must end: when
   * `signal` is aborted, or the lease is lost. The lease is given up when `lead` has ended.
   */
  async run(
    signal: AbortSignal,
    lead: (signal: AbortSignal) => Promise<void>,
  ): Promise<ElectionEnd> {
    const { metrics, name, log, identity } = this.#options;
    metrics.leader(name, false);
    await this.#acquire(signal);
    if (!this.isLeading) return 'stopped';
    log.info('leading', { lease: name, identity });
    metrics.leader(name, true);
    const ended = new AbortController();
    const stop = () => ended.abort();
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
    const leading = lead(ended.signal).finally(stop);
    const end = await this.#renew(ended.signal);
    stop();
    metrics.leader(name, false);
    try {
      await leading;
    } finally {
      signal.removeEventListener('abort', stop);
      if (end === 'stopped') await this.#release();
    }
    if (end === 'lost') log.error('lost the lease', { lease: name, identity });
    return end;
  }

  async #acquire(signal: AbortSignal): Promise<void> {
    const { clock } = this.#options;
    while (!signal.aborted) {
      if (await this.#try(signal)) return;
      await sleep(clock, this.#settings.retryMs, signal);
    }
  }

  async #renew(signal: AbortSignal): Promise<ElectionEnd> {
    const { clock } = this.#options;
    for (;;) {
      await sleep(clock, this.#settings.retryMs, signal);
      if (signal.aborted) return 'stopped';
      if (!this.isLeading) return 'lost';
      const attempt = new AbortController();
      const abort = () => attempt.abort();
      const timer = clock.after(this.#leadsUntil - clock.now(), abort);
      signal.addEventListener('abort', abort, { once: true });
      await this.#try(attempt.signal);
      timer.cancel();
      signal.removeEventListener('abort', abort);
    }
  }

  /** One try to acquire or renew. Never throws: what fails is logged, and tried again. */
  async #try(signal: AbortSignal): Promise<boolean> {
    const { client, namespace, name, identity, clock, log } = this.#options;
    const began = clock.now();
    try {
      const found = await client.get(leases, { namespace, name }, { signal });
      const now = clock.now();
      if (found !== undefined) this.#observe(found, now);
      const holder = found?.spec?.holderIdentity ?? '';
      const isOurs = holder === identity;
      if (found !== undefined && !isOurs && holder !== '' && !this.#hasExpired(now)) {
        this.#leadsUntil = -Infinity;
        return false;
      }
      const wanted = this.#lease(found, isOurs);
      const written =
        found === undefined
          ? await client.create(leases, wanted, { signal })
          : await client.update(leases, wanted, { signal });
      this.#observe(written, clock.now());
      this.#leadsUntil = began + this.#settings.renewDeadlineMs;
      return this.isLeading;
    } catch (error) {
      if (isConflict(error) || isAlreadyExists(error)) return false;
      if (!signal.aborted) {
        const reason = error instanceof Error ? error.message : String(error);
        log.warn('could not reach the lease', { lease: name, error: reason });
      }
      return false;
    }
  }

  #observe(lease: Lease, now: number): void {
    const isNew = this.#seen?.lease.metadata.resourceVersion !== lease.metadata.resourceVersion;
    if (isNew) this.#seen = { lease, at: now };
  }

  #hasExpired(now: number): boolean {
    return this.#seen === undefined || now >= this.#seen.at + this.#settings.leaseMs;
  }

  #lease(found: Lease | undefined, isOurs: boolean): Lease {
    const { namespace, name, identity, clock } = this.#options;
    const now = microTime(clock.wall());
    const transitions = found?.spec?.leaseTransitions ?? 0;
    const renewed = isOurs && found?.spec !== undefined;
    return {
      apiVersion: apiVersionOf(leases),
      kind: leases.kind,
      metadata: found?.metadata ?? { namespace, name },
      spec: {
        ...(renewed && found.spec),
        holderIdentity: identity,
        leaseDurationSeconds: Math.ceil(this.#settings.leaseMs / 1_000),
        renewTime: now,
        ...(!renewed && { acquireTime: now, leaseTransitions: transitions + (found ? 1 : 0) }),
      },
    };
  }

  /** Lets the next one lead at once. If it fails, the lease runs out by itself. */
  async #release(): Promise<void> {
    const { client, clock, log, name } = this.#options;
    const lease = this.#seen?.lease;
    this.#leadsUntil = -Infinity;
    if (lease === undefined) return;
    const now = microTime(clock.wall());
    try {
      await client.update(leases, {
        ...lease,
        spec: { ...lease.spec, holderIdentity: '', leaseDurationSeconds: 1, renewTime: now },
      });
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      log.warn('could not give the lease up', { lease: name, error: reason });
    }
  }
}
