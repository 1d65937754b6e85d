import type { Readable } from 'node:stream';

/** Calls `onLine` for each line of a stream; a line beyond `maxBytes` destroys the stream. */
export function lines(stream: Readable, maxBytes: number, onLine: (line: string) => void): void {
  let parts: Buffer[] = [];
  let length = 0;
  stream.on('data', (chunk: Buffer) => {
    let start = 0;
    for (let end = chunk.indexOf(10); end !== -1; end = chunk.indexOf(10, start)) {
      parts.push(chunk.subarray(start, end));
      const line = Buffer.concat(parts).toString('utf8');
      parts = [];
      length = 0;
      start = end + 1;
      onLine(line);
    }
    const rest = chunk.subarray(start);
    parts.push(rest);
    length += rest.length;
    if (length > maxBytes) stream.destroy();
  });
  // A pipe that breaks ends with its process, whose exit is told.
  stream.on('error', () => undefined);
}
