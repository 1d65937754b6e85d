import { sleep, type Clock, type Log } from '@mapreduce/service';
import type { ApiClient } from '../api/client.ts';
import { isAlreadyExists, isConflict, isNotFound } from '../api/error.ts';
import { apiVersionOf } from '../api/resource.ts';
import { linkedAbort, orAborted, withDeadline } from './abort.ts';
import { messageOf } from './errors.ts';
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
   * `signal` is aborted, or the lease is lost. Resolves with `stopped` when `lead` has ended and the
   * lease is given up, with `lost` at once: somebody else may lead already.
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

    const leading = linkedAbort(signal);
    const ended = new AbortController();
    const led = lead(leading.signal).finally(() => ended.abort());
    // While `lead` is ending, the lease is kept.
    const end = await this.#renew(ended.signal);
    metrics.leader(name, false);
    leading.abort();
    leading.release();
    if (end === 'lost') {
      log.error('lost the lease', { lease: name, identity });
      led.catch((error: unknown) => log.error('leading failed', { error: messageOf(error) }));
      return 'lost';
    }
    try {
      await led;
    } finally {
      await this.#release();
    }
    return 'stopped';
  }

  async #acquire(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.#try();
      if (this.isLeading) return;
      await sleep(this.#options.clock, this.#settings.retryMs, signal);
    }
  }

  async #renew(ended: AbortSignal): Promise<ElectionEnd> {
    const { clock } = this.#options;
    const left = () => this.#leadsUntil - clock.now();
    for (;;) {
      await sleep(clock, Math.min(this.#settings.retryMs, left()), ended);
      if (ended.aborted) return 'stopped';
      if (this.isLeading) await this.#try(left());
      if (!this.isLeading) return 'lost';
    }
  }

  /**
   * One try to acquire or renew, of `maxMs` at most. Never throws: what fails is logged, and tried
   * again. It is not ended with the election: a renewal whose answer nobody reads could not be taken back.
   */
  async #try(maxMs = Infinity): Promise<void> {
    const { clock, log, name } = this.#options;
    // There is time for another, should the connection of this one be dead.
    const ms = Math.min(maxMs, this.#settings.renewDeadlineMs / 2);
    try {
      await withDeadline(clock, ms, never, (signal) =>
        orAborted(signal, this.#acquireOrRenew(signal)),
      );
    } catch (error) {
      if (isConflict(error) || isAlreadyExists(error)) return;
      log.warn('could not write the lease', { lease: name, error: messageOf(error) });
    }
  }

  async #acquireOrRenew(signal: AbortSignal): Promise<void> {
    const { client, namespace, name } = this.#options;
    if (this.isLeading && this.#seen !== undefined) {
      try {
        await this.#write(this.#seen.lease, signal);
        return;
      } catch (error) {
        // Somebody touched or deleted it, or the answer to a renewal was lost: look who holds it.
        if (!isConflict(error) && !isNotFound(error)) throw error;
      }
    }
    const found = await client.get(leases, { namespace, name }, { signal });
    if (found !== undefined && !this.#isFree(found)) this.#leadsUntil = -Infinity;
    else await this.#write(found, signal);
  }

  /** Whether the lease is ours already, or nobody's. */
  #isFree(lease: Lease): boolean {
    const now = this.#options.clock.now();
    this.#observe(lease, now);
    const { holderIdentity = '', leaseDurationSeconds } = lease.spec ?? {};
    if (holderIdentity === '' || holderIdentity === this.#options.identity) return true;
    const leaseMs = (leaseDurationSeconds ?? this.#settings.leaseMs / 1_000) * 1_000;
    return this.#seen !== undefined && now >= this.#seen.at + leaseMs;
  }

  async #write(found: Lease | undefined, signal: AbortSignal): Promise<void> {
    const { client, clock } = this.#options;
    const began = clock.now();
    const wanted = this.#lease(found);
    const written =
      found === undefined
        ? await client.create(leases, wanted, { signal })
        : await client.update(leases, wanted, { signal });
    this.#observe(written, clock.now());
    // An answer that came after the try was given up is not counted: the next one finds out.
    if (!signal.aborted) this.#leadsUntil = began + this.#settings.renewDeadlineMs;
  }

  #observe(lease: Lease, now: number): void {
    const { resourceVersion } = lease.metadata;
    const isNew = this.#seen?.lease.metadata.resourceVersion !== resourceVersion;
    if (isNew) this.#seen = { lease, at: now };
  }

  #lease(found: Lease | undefined): Lease {
    const { namespace, name, identity, clock } = this.#options;
    const now = microTime(clock.wall());
    const before = found?.spec;
    const isRenewal = before?.holderIdentity === identity;
    return {
      apiVersion: apiVersionOf(leases),
      kind: leases.kind,
      metadata: found?.metadata ?? { namespace, name },
      spec: {
        holderIdentity: identity,
        leaseDurationSeconds: Math.ceil(this.#settings.leaseMs / 1_000),
        acquireTime: isRenewal ? (before.acquireTime ?? now) : now,
        renewTime: now,
        leaseTransitions: (before?.leaseTransitions ?? 0) + (found && !isRenewal ? 1 : 0),
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
    const spec = { ...lease.spec, holderIdentity: '', leaseDurationSeconds: 1, renewTime: now };
    try {
      await withDeadline(clock, this.#settings.renewDeadlineMs / 2, never, (signal) =>
        orAborted(signal, client.update(leases, { ...lease, spec }, { signal })),
      );
    } catch (error) {
      log.warn('could not give the lease up', { lease: name, error: messageOf(error) });
    }
  }
}

const never = new AbortController().signal;
