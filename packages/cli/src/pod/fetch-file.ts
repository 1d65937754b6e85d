import { PreparationError } from '@mapreduce/coordinator/node';
import { sleep, TransportError, type Web } from '@mapreduce/service';
import { nodeClock } from '@mapreduce/service/node';

/** A program is text that people write. */
const maxBytes = 16 * 2 ** 20;
const timeoutMs = 10_000;
/** Between tries: what a server says when it is starting or overloaded may pass. */
const delaysMs = [200, 1_000, 4_000];

/** Fetches a file. Throws a `PreparationError` that names the field. */
export async function fetchFile(web: Web, field: string, url: string): Promise<Uint8Array> {
  for (let tries = 0; ; tries++) {
    const got = await attempt(web, url);
    if ('bytes' in got) return got.bytes;
    const delay = delaysMs[tries];
    if (!got.mayPass || delay === undefined) {
      throw new PreparationError('program', `${field}: ${url}: ${got.fault}`);
    }
    await sleep(nodeClock, delay);
  }
}

type Outcome =
  { readonly bytes: Uint8Array } | { readonly fault: string; readonly mayPass: boolean };

async function attempt(web: Web, url: string): Promise<Outcome> {
  try {
    const headers = { 'accept-encoding': 'identity' };
    const response = await web.request({ method: 'GET', url, headers, timeoutMs });
    if (response.status !== 200) {
      response.cancel();
      const mayPass = response.status >= 500 || response.status === 429;
      return { fault: `the server answered with status ${response.status}`, mayPass };
    }
    const chunks: Uint8Array[] = [];
    let length = 0;
    for await (const chunk of response.chunks) {
      length += chunk.length;
      if (length > maxBytes) {
        response.cancel();
        return { fault: `is larger than ${maxBytes / 2 ** 20} MiB`, mayPass: false };
      }
      chunks.push(chunk);
    }
    return { bytes: Buffer.concat(chunks) };
  } catch (error) {
    if (!(error instanceof TransportError)) throw error;
    return { fault: error.message, mayPass: true };
  }
}
