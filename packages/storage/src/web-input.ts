import { TransportError, type Web, type WebResponse } from '@mapreduce/service';
import { InputError } from './range-source.ts';

/** How long a web server may keep silent, in milliseconds. */
export const webTimeoutMs = 30_000;

/** What a web server says of an input. */
export interface WebInput {
  readonly size: number;
  /** ETag, else Last-Modified, with the size; changes when the input does, as far as it tells. */
  readonly version: string;
  /** Whether it can be read from any position. If not, it is read as a whole, from its beginning. */
  readonly ranges: boolean;
}

/** Throws `InputError` unless the URL's scheme is http or https. */
export function checkScheme(url: string): void {
  const protocol = URL.parse(url)?.protocol;
  if (protocol !== 'http:' && protocol !== 'https:') {
    throw new InputError(`input ${url}: expected an http or https URL`);
  }
}

/** The version that an answer's headers and the whole input's size make. */
export function webVersion(headers: WebResponse['headers'], size: number): string {
  const tag = headers['etag'] ?? headers['last-modified'] ?? '';
  return `${tag.slice(0, 200)} ${size}`.trim();
}

/**
 * Asks for one byte by range: servers answer that more truthfully than HEAD. Throws `InputError`
 * where the input is missing, or the server does not say how long it is.
 */
export async function probeWebInput(web: Web, url: string): Promise<WebInput> {
  checkScheme(url);
  const headers = { range: 'bytes=0-0', 'accept-encoding': 'identity' };
  const response = await ask(web, url, headers);
  response.cancel();
  const range = response.headers['content-range'];
  if (response.status === 206) {
    const size = Number(/^bytes 0-0\/(\d+)$/.exec(range ?? '')?.[1] ?? Number.NaN);
    if (!Number.isSafeInteger(size)) throw noLength(url);
    return { size, version: webVersion(response.headers, size), ranges: true };
  }
  if (response.status === 416 && /^bytes \*\/0$/.test(range ?? '')) {
    return { size: 0, version: webVersion(response.headers, 0), ranges: true };
  }
  if (response.status !== 200) throw badStatus(url, response.status);
  const declared = response.headers['content-length'];
  const size = Number(declared ?? Number.NaN);
  if (!Number.isSafeInteger(size) || response.headers['content-encoding'] !== undefined) {
    throw noLength(url);
  }
  return { size, version: webVersion(response.headers, size), ranges: false };
}

/** A GET whose lack of an answer is an `InputError`. */
export async function ask(
  web: Web,
  url: string,
  headers: Readonly<Record<string, string>>,
): Promise<WebResponse> {
  try {
    return await web.request({ method: 'GET', url, headers, timeoutMs: webTimeoutMs });
  } catch (error) {
    if (!(error instanceof TransportError)) throw error;
    throw new InputError(`input ${url}: ${error.message}`, { cause: error });
  }
}

export function badStatus(url: string, status: number): InputError {
  return new InputError(`input ${url}: the server answered with status ${status}`);
}

function noLength(url: string): InputError {
  return new InputError(
    `input ${url}: the server does not say how long it is (no Content-Length); ` +
      'download it, and name the file',
  );
}
