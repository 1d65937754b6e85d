import { ApiError } from '../api/error.ts';

const newline = 0x0a;

const bad = (message: string) => new ApiError({ status: 0, reason: 'BadResponse', message });

/**
 * The JSON values of a stream of lines. Throws `BadResponse` for a line that is no JSON, is longer
 * than `maxBytes`, or lacks its end: the stream was cut.
 */
export async function* jsonLines(
  chunks: AsyncIterable<Uint8Array>,
  maxBytes: number,
): AsyncGenerator<unknown, void, undefined> {
  let parts: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    let begin = 0;
    for (;;) {
      const end = chunk.indexOf(newline, begin);
      const part = chunk.subarray(begin, end < 0 ? chunk.length : end);
      length += part.length;
      if (length > maxBytes) throw bad(`a line exceeds ${maxBytes} bytes`);
      if (part.length > 0) parts.push(part);
      if (end < 0) break;
      if (length > 0) yield parse(parts, length);
      parts = [];
      length = 0;
      begin = end + 1;
    }
  }
  if (length > 0) throw bad('the stream ended within a line');
}

function parse(parts: readonly Uint8Array[], length: number): unknown {
  try {
    return JSON.parse(Buffer.concat(parts, length).toString('utf8'));
  } catch {
    throw bad('a line of the stream is not JSON');
  }
}
