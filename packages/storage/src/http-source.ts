import type { Split } from '@mapreduce/protocol';
import type { TransportError, Web } from '@mapreduce/service';
import { inputChanged } from './file-source.ts';
import { InputError } from './range-source.ts';
import { StreamSource, type InputStream, type RemoteInput } from './stream-source.ts';
import { ask, badStatus, checkScheme, probeWebInput, webVersion } from './web-input.ts';

/** An input on a web server. A server without ranges is read from the beginning of the input. */
export function httpSource(web: Web, url: string, split: Split): StreamSource {
  checkScheme(url);
  return new StreamSource(new HttpInput(web, url, split));
}

/** Broken connections in a row that make the input unreadable. */
const maxBreaks = 4;

class HttpInput implements RemoteInput {
  readonly #web: Web;
  readonly #url: string;
  readonly #split: Split;

  constructor(web: Web, url: string, split: Split) {
    this.#web = web;
    this.#url = url;
    this.#split = split;
  }

  get name(): string {
    return this.#split.name;
  }

  get size(): number {
    return this.#split.size;
  }

  async request(start: number, end: number): Promise<InputStream> {
    const response = await ask(this.#web, this.#url, {
      range: `bytes=${start}-${end - 1}`,
      'accept-encoding': 'identity',
    });
    const { status, headers, chunks } = response;
    const cancel = () => response.cancel();
    const range = /^bytes (\d+)-\d+\/(\d+)$/.exec(headers['content-range'] ?? '');
    const size = Number((status === 206 ? range?.[2] : headers['content-length']) ?? Number.NaN);
    if (status !== 200 && status !== 206) {
      cancel();
      throw status === 404 || status === 410 || status === 416
        ? inputChanged(this.name)
        : badStatus(this.#url, status);
    }
    if (webVersion(headers, size) !== this.#split.version) {
      cancel();
      throw inputChanged(this.name);
    }
    const first = status === 206 ? Number(range?.[1] ?? Number.NaN) : 0;
    if (status === 206 && first !== start) {
      cancel();
      throw new InputError(`input ${this.name}: the server answered with another range`);
    }
    return { start: first, chunks, cancel };
  }

  retry(breaks: number, error: TransportError): Promise<void> {
    if (breaks < maxBreaks) return Promise.resolve();
    const message = `input ${this.name}: ${error.message}`;
    return Promise.reject(new InputError(message, { cause: error }));
  }

  async checkUnchanged(): Promise<void> {
    const { version } = await probeWebInput(this.#web, this.#url);
    if (version !== this.#split.version) throw inputChanged(this.name);
  }
}
