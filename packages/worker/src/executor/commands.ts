import type { ExecutorCommand } from '@mapreduce/protocol';

/** The supervisor's commands, one JSON a line. Ends when the supervisor closes the pipe, or dies. */
export async function* commands(
  input: AsyncIterable<Buffer>,
): AsyncGenerator<ExecutorCommand, void, undefined> {
  let parts: Buffer[] = [];
  for await (const chunk of input) {
    let start = 0;
    for (let end = chunk.indexOf(10); end !== -1; end = chunk.indexOf(10, start)) {
      parts.push(chunk.subarray(start, end));
      yield JSON.parse(Buffer.concat(parts).toString('utf8')) as ExecutorCommand;
      parts = [];
      start = end + 1;
    }
    parts.push(chunk.subarray(start));
  }
}
