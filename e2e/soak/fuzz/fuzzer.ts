import { setTimeout as delay } from 'node:timers/promises';
import { errorBodySchema } from '@mapreduce/protocol';
import { SeededRandom } from '@mapreduce/service/virtual';
import { accessKinds } from './cases-access.ts';
import { bodyKinds } from './cases-body.ts';
import { wireKinds } from './cases-wire.ts';
import type { Case, Kind } from './case.ts';
import type { Facts, Target } from './routes.ts';
import { Connection, type Outcome } from './wire.ts';

/** No answer may take longer. */
export const slowestAllowedMs = 1_000;
/** Of which as many as there are targets. */
const connections = 24;
const mostFailuresKept = 20;

const kinds: readonly Kind[] = [...accessKinds, ...bodyKinds, ...wireKinds];
const allShares = kinds.reduce((sum, { share }) => sum + share, 0);

export interface FuzzerOptions {
  readonly seed: number;
  readonly facts: Facts;
  readonly ports: Readonly<Record<Target, number>>;
}

export interface Failure {
  readonly index: number;
  readonly what: string;
  readonly fault: string;
  /** The request as it was sent, cut at 2,000 characters. */
  readonly request: string;
}

/** Sends malformed requests that a seed determines, and judges what comes back. */
export class Fuzzer {
  readonly #options: FuzzerOptions;
  readonly #failures: Failure[] = [];
  readonly #counts = new Map<string, number>();
  readonly #slow: { index: number; kind: string; made: Case; ms: number }[] = [];
  #failed = 0;
  #slowestMs = 0;
  #askedAgain = 0;

  constructor(options: FuzzerOptions) {
    this.#options = options;
  }

  get failures(): readonly Failure[] {
    return this.#failures;
  }

  get failed(): number {
    return this.#failed;
  }

  /** Requests by kind of fault. */
  get counts(): ReadonlyMap<string, number> {
    return this.#counts;
  }

  /** The slowest answer; one that was fast when it was asked for alone counts with that. */
  get slowestMs(): number {
    return this.#slowestMs;
  }

  /** Answers that were slow beside others, and not when they were asked for alone. */
  get askedAgain(): number {
    return this.#askedAgain;
  }

  /** The request that seed and index determine, to one of the targets. */
  make(index: number, targets: readonly Target[]): { readonly kind: string; readonly made: Case } {
    const random = new SeededRandom(Math.imul(this.#options.seed, 0x2545f491) + index);
    for (;;) {
      let share = random.float() * allShares;
      const kind = kinds.find((one) => (share -= one.share) < 0);
      const made = kind?.make(this.#options.facts, random.fork());
      if (kind !== undefined && made !== undefined && targets.includes(made.target))
        return { kind: kind.name, made };
    }
  }

  /** Sends the requests of these indexes over many connections at once. */
  async run(first: number, count: number, targets: readonly Target[]): Promise<void> {
    let next = first;
    const client = async () => {
      const open = this.#connections();
      for (let index = next++; index < first + count; index = next++) {
        const { kind, made } = this.make(index, targets);
        await this.#send(open, index, kind, made);
      }
      for (const connection of Object.values(open)) connection.close();
    };
    await Promise.all(Array.from({ length: connections }, client));
    await this.#askSlowOnesAgain();
  }

  /** Sends cases that no seed determined. */
  async runCases(kind: string, cases: readonly Case[]): Promise<void> {
    const open = this.#connections();
    for (const [index, made] of cases.entries()) await this.#send(open, index, kind, made);
    for (const connection of Object.values(open)) connection.close();
  }

  /** Notes what no single answer shows. */
  fail(what: string, fault: string): void {
    this.#note({ index: -1, what, fault, request: '' });
  }

  count(kind: string, requests = 1): void {
    this.#counts.set(kind, (this.#counts.get(kind) ?? 0) + requests);
  }

  #connections(): Record<Target, Connection> {
    const { ports } = this.#options;
    return { coordinator: new Connection(ports.coordinator), worker: new Connection(ports.worker) };
  }

  async #send(
    open: Readonly<Record<Target, Connection>>,
    index: number,
    kind: string,
    made: Case,
  ): Promise<void> {
    this.count(kind);
    const outcome = await open[made.target].exchange(made);
    const fault = this.#faultOf(made, outcome);
    if (fault !== undefined) this.#noteCase(index, kind, made, fault);
    else if (outcome.ms > slowestAllowedMs) this.#slow.push({ index, kind, made, ms: outcome.ms });
    else this.#slowestMs = Math.max(this.#slowestMs, outcome.ms);
  }

  #noteCase(index: number, kind: string, made: Case, fault: string): void {
    const bytes = Buffer.concat(made.chunks).subarray(0, 2_000);
    const request = JSON.stringify(bytes.toString('latin1'));
    this.#note({ index, what: `${kind}: ${made.what}`, fault, request });
  }

  #note(failure: Failure): void {
    this.#failed += 1;
    if (this.#failures.length < mostFailuresKept) this.#failures.push(failure);
  }

  /**
   * Asks again, one after another and nothing else meanwhile, for what was answered slowly: another
   * process may have had the processors, or another request the server. What is slow each time is.
   */
  async #askSlowOnesAgain(): Promise<void> {
    for (const { index, kind, made, ms } of this.#slow.splice(0)) {
      let fastest = ms;
      for (let again = 0; again < 3 && fastest > slowestAllowedMs; again++) {
        await delay(500);
        const connection = new Connection(this.#options.ports[made.target]);
        fastest = Math.min(fastest, (await connection.exchange(made)).ms);
        connection.close();
      }
      this.#slowestMs = Math.max(this.#slowestMs, fastest);
      if (fastest <= slowestAllowedMs) {
        this.#askedAgain += 1;
        continue;
      }
      this.#noteCase(index, kind, made, `answered after ${fastest.toFixed(0)} ms`);
    }
  }

  #faultOf(made: Case, { answers, closed, silent }: Outcome): string | undefined {
    if (silent) return 'neither an answer nor an end of the connection';
    if (made.then === 'cut') return undefined;
    if (!made.mayClose && (closed || answers.length < made.answers)) {
      return `the connection ended after ${answers.length} answers`;
    }
    for (const { status, headers, body } of answers) {
      if (!made.statuses.includes(status)) {
        return `answered ${status}, not ${made.statuses.join(' or ')}: ${body.slice(0, 200)}`;
      }
      if (status === 200) continue;
      if (headers.get('content-type') !== undefined && !made.head && !isErrorBody(body)) {
        return `no error body: ${body.slice(0, 200)}`;
      }
      const leak = this.#leak(body);
      if (leak !== undefined) return `tells ${leak}: ${body.slice(0, 200)}`;
    }
    return undefined;
  }

  #leak(body: string): string | undefined {
    const { tokens, expired } = this.#options.facts;
    if ([...Object.values(tokens), expired].some((token) => body.includes(token))) return 'a token';
    return /node:internal|\.ts:\d|\.js:\d|node_modules/.test(body) ? 'of its code' : undefined;
  }
}

function isErrorBody(body: string): boolean {
  try {
    return errorBodySchema.safeParse(JSON.parse(body)).success;
  } catch {
    return false;
  }
}
