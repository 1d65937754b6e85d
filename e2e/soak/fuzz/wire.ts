import { connect, type Socket } from 'node:net';

/** What is written on a connection, and what may come back. */
export interface Exchange {
  /** Written one after another, each when the one before is out. */
  readonly chunks: readonly Buffer[];
  /** The most answers that can come. */
  readonly answers: number;
  /** Whether they are answers to HEAD, which have a length but no body. */
  readonly head: boolean;
  /** After the last chunk: keep the connection, end our half of it, or cut it. */
  readonly then: 'keep' | 'end' | 'cut';
}

export interface Answer {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
}

export interface Outcome {
  readonly answers: readonly Answer[];
  /** The peer ended the connection. */
  readonly closed: boolean;
  /** Neither answer nor end within the time that was given. */
  readonly silent: boolean;
  /** From our last byte to the last that came. */
  readonly ms: number;
}

const emptyChunked = '0\r\n\r\n';

/** How long an answer may take before it is given up. */
const patienceMs = 10_000;

/** A connection that goes on as long as both sides want; the next exchange opens another. */
export class Connection {
  readonly #port: number;
  #socket: Socket | undefined;

  constructor(port: number) {
    this.#port = port;
  }

  /** Resolves with what came; never rejects. */
  async exchange(exchange: Exchange): Promise<Outcome> {
    const socket = this.#socket ?? connect({ port: this.#port, host: '127.0.0.1', noDelay: true });
    this.#socket = socket;
    const outcome = await converse(socket, exchange);
    const last = outcome.answers.at(-1);
    const goesOn =
      exchange.then === 'keep' &&
      !outcome.closed &&
      outcome.answers.length === exchange.answers &&
      last?.headers.get('connection') !== 'close' &&
      last?.headers.has('content-length') === true;
    if (!goesOn) this.close();
    return outcome;
  }

  close(): void {
    this.#socket?.destroy();
    this.#socket = undefined;
  }
}

function converse(socket: Socket, { chunks, answers, head, then }: Exchange): Promise<Outcome> {
  return new Promise((resolve) => {
    const reader = new AnswerReader(head);
    let sent = performance.now();
    const settle = (closed: boolean, silent: boolean) => {
      clearTimeout(timer);
      socket.removeAllListeners();
      socket.on('error', () => undefined);
      if (closed) reader.end();
      resolve({ answers: reader.answers, closed, silent, ms: performance.now() - sent });
    };
    const timer = setTimeout(() => settle(false, true), patienceMs);
    socket.on('data', (bytes) => {
      reader.push(bytes);
      if (reader.answers.length >= answers && answers > 0) settle(false, false);
    });
    socket.on('error', () => settle(true, false));
    socket.on('close', () => settle(true, false));

    chunks.forEach((chunk, place) => {
      socket.write(chunk, () => {
        if (place === chunks.length - 1) {
          sent = performance.now();
          if (then === 'end') socket.end();
          if (then === 'cut') settle(true, false);
        }
      });
    });
  });
}

/** Takes answers apart, as far as a server of ours sends them. */
class AnswerReader {
  readonly answers: Answer[] = [];
  readonly #head: boolean;
  #bytes: Buffer = Buffer.alloc(0);

  constructor(head: boolean) {
    this.#head = head;
  }

  push(bytes: Buffer): void {
    this.#bytes = this.#bytes.length === 0 ? bytes : Buffer.concat([this.#bytes, bytes]);
    while (this.#take(false));
  }

  /** The connection has ended: an answer without a length is over. */
  end(): void {
    this.#take(true);
  }

  #take(ended: boolean): boolean {
    const end = this.#bytes.indexOf('\r\n\r\n');
    if (end === -1) return false;
    const [first = '', ...lines] = this.#bytes.subarray(0, end).toString('latin1').split('\r\n');
    const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(first)?.[1] ?? 0);
    const headers = new Map(
      lines.map((line) => {
        const [name = '', ...value] = line.split(':');
        return [name.toLowerCase(), value.join(':').trim()] as const;
      }),
    );
    const rest = this.#bytes.subarray(end + 4);
    // Node's own refusals are empty chunked bodies.
    const chunked = headers.get('transfer-encoding') === 'chunked';
    if (chunked && !rest.toString('latin1').startsWith(emptyChunked)) return false;
    const declared = chunked ? `${emptyChunked.length}` : headers.get('content-length');
    const isInterim = status >= 100 && status < 200;
    if (declared === undefined && !isInterim && !ended) return false;
    const length = isInterim || this.#head ? 0 : Number(declared ?? rest.length);
    if (rest.length < length) return false;
    this.#bytes = rest.subarray(length);
    if (isInterim) return true;
    this.answers.push({ status, headers, body: rest.subarray(0, length).toString('utf8') });
    return true;
  }
}
