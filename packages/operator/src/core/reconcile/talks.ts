import type { ResponseOf } from '@mapreduce/protocol';
import { podPorts } from '@mapreduce/protocol/resource';
import { sleep, type Clock, type Log, type Transport } from '@mapreduce/service';
import { addressAt } from '../address.ts';
import type { Contact, Wish } from '../draft.ts';
import type { CoordinatorReport, CoordinatorTalk } from '../observed.ts';

/** How the operator reaches a coordinator, with that job's token. */
export type Connect = (token: string) => Pick<Transport, 'call'> & { close(): void };

export interface TalkOptions {
  readonly contact: Contact;
  readonly job: string;
  readonly token: string;
  readonly connect: Connect;
  readonly clock: Clock;
  readonly log: Log;
  /** Something new was heard, or the coordinator fell silent. */
  readonly onChange: () => void;
}

const pollMs = 1_000;
const waitMs = 2_000;
const callOptions = { timeoutMs: 5_000, connectTimeoutMs: 1_000 };
const firstRetryMs = 200;
const longestRetryMs = 2_000;
/** A wish that has not changed is told again after so long. */
const againMs = 1_000;

/**
 * Listens to one coordinator and tells it what is wished of its workers. Whatever the coordinator
 * does, nobody waits for it: what it said last is there to be read.
 */
export class Talk {
  readonly contact: Contact;
  readonly #options: TalkOptions;
  readonly #ended = new AbortController();
  readonly #connection: ReturnType<Connect>;
  readonly #address: string;
  #report: CoordinatorReport | undefined;
  #silentSince: number | undefined;
  #silence: string | undefined;
  #scaleDown: CoordinatorTalk['scaleDown'];
  #drained: CoordinatorTalk['drained'];
  #told: { readonly wish: string; readonly at: number } | undefined;
  #telling = false;

  constructor(options: TalkOptions) {
    this.#options = options;
    this.contact = options.contact;
    this.#address = addressAt(options.contact.ip, podPorts.coordinator);
    this.#connection = options.connect(options.token);
    this.#silentSince = options.clock.wall();
    void this.#listen();
  }

  get heard(): CoordinatorTalk {
    return {
      ...(this.#report !== undefined && { report: this.#report }),
      ...(this.#silentSince !== undefined && { silentSince: this.#silentSince }),
      ...(this.#silence !== undefined && { silence: this.#silence }),
      ...(this.#scaleDown !== undefined && { scaleDown: this.#scaleDown }),
      ...(this.#drained !== undefined && { drained: this.#drained }),
    };
  }

  end(): void {
    this.#ended.abort();
    this.#connection.close();
  }

  /** Tells the coordinator, unless it is being told or was told the same a moment ago. */
  wish(wish: Wish): void {
    if (Object.keys(wish).length === 0) {
      this.#told = undefined;
      return;
    }
    const { clock, log } = this.#options;
    const text = JSON.stringify(wish);
    const isRecent = this.#told?.wish === text && clock.now() < this.#told.at + againMs;
    if (this.#telling || isRecent) return;
    this.#telling = true;
    this.#told = { wish: text, at: clock.now() };
    void this.#tell(wish)
      .catch((error: unknown) => {
        const reason = error instanceof Error ? error.message : String(error);
        log.warn('the coordinator was not told', { job: this.#options.job, error: reason });
      })
      .finally(() => {
        this.#telling = false;
      });
  }

  async #tell({ cancel, lost, drain, scaleDown }: Wish): Promise<void> {
    const { onChange } = this.#options;
    const call = this.#connection.call.bind(this.#connection);
    const options = { ...callOptions, signal: this.#ended.signal };
    if (cancel) await call(this.#address, 'cancel', { reason: 'spec.cancel' }, options);
    if (lost) await call(this.#address, 'lostWorkers', { addresses: [...lost.addresses] }, options);
    if (drain) {
      const { addresses, graceMs } = drain;
      const request = { addresses: [...addresses], graceMs };
      const { workers } = await call(this.#address, 'drainWorkers', request, options);
      const isNew = JSON.stringify(workers) !== JSON.stringify(this.#drained);
      this.#drained = workers;
      if (isNew) onChange();
    }
    if (scaleDown) {
      const { victims } = await call(this.#address, 'scaleDown', scaleDown, options);
      const answer = { workers: scaleDown.workers, victims };
      const isNew = JSON.stringify(answer) !== JSON.stringify(this.#scaleDown);
      this.#scaleDown = answer;
      if (isNew) onChange();
    }
  }

  async #listen(): Promise<void> {
    const { clock, onChange } = this.#options;
    const { signal } = this.#ended;
    let failures = 0;
    while (!signal.aborted) {
      const began = clock.now();
      try {
        const after = this.#report?.status.version ?? 0;
        const options = { ...callOptions, signal };
        const request = { after, waitMs };
        const status = await this.#connection.call(this.#address, 'status', request, options);
        failures = 0;
        if (this.#take(status)) onChange();
        await sleep(clock, Math.max(0, began + pollMs - clock.now()), signal);
      } catch (error) {
        failures += 1;
        const silence = error instanceof Error ? error.message : String(error);
        const isNew = this.#silentSince === undefined || this.#silence !== silence;
        this.#silentSince ??= clock.wall();
        this.#silence = silence;
        if (isNew) onChange();
        const delay = Math.min(longestRetryMs, firstRetryMs * 2 ** (failures - 1));
        await sleep(clock, delay, signal);
      }
    }
  }

  /** Whether there is anything new in it. Another job's answer is none: the address was given on. */
  #take(status: ResponseOf<'status'>): boolean {
    if (status.job !== this.#options.job) throw new Error(`answers for job ${status.job}`);
    const isNew =
      this.#silentSince !== undefined || status.version !== this.#report?.status.version;
    this.#silentSince = undefined;
    this.#silence = undefined;
    this.#report = { podUid: this.contact.podUid, status };
    return isNew;
  }
}
