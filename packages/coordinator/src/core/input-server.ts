import { ServiceError } from '@mapreduce/protocol';
import type { BulkHandler, ByteStream, Disk } from '@mapreduce/service';
import { fileVersion, isDiskError, type ListedInput } from '@mapreduce/storage';

const chunkBytes = 2 ** 18;

/**
 * Serves ranges of the inputs that workers cannot open themselves (bulk route `input`). The version
 * is checked at each request, so that a changed file is noticed where it is read.
 */
export function serveInput(disk: Disk, listed: Promise<readonly ListedInput[]>): BulkHandler {
  return async ({ query = {} }) => {
    const inputs = await listed;
    const input = inputs[naturalNumber(query, 'input')];
    const served = input?.served;
    if (input === undefined || served === undefined) {
      throw new ServiceError('NOT_FOUND', 'input: no such input is served');
    }
    const start = naturalNumber(query, 'start');
    const end = naturalNumber(query, 'end');
    if (start > end || end > input.size) {
      throw new ServiceError(
        'RANGE_NOT_SATISFIABLE',
        `expected a range within ${input.size} bytes`,
      );
    }
    const changed = new ServiceError('INPUT_CHANGED', `input ${input.name} has changed`);
    if (query['version'] !== input.version) throw changed;
    if (served.kind === 'text') return wholeBytes(served.bytes.subarray(start, end));
    try {
      if (fileVersion(await disk.status(served.path)) !== input.version) throw changed;
    } catch (error) {
      throw isDiskError(error, 'ENOENT') ? changed : error;
    }
    return { length: end - start, chunks: fileChunks(disk, served.path, start, end) };
  };
}

/** Bytes that are in memory, as a stream. */
export function wholeBytes(bytes: Uint8Array): ByteStream {
  const chunks = async function* () {
    if (bytes.length > 0) yield await Promise.resolve(bytes);
  };
  return { length: bytes.length, chunks: chunks() };
}

async function* fileChunks(
  disk: Disk,
  path: string,
  start: number,
  end: number,
): AsyncGenerator<Uint8Array, void, undefined> {
  const file = await disk.open(path);
  try {
    for (let position = start; position < end;) {
      const chunk = new Uint8Array(Math.min(chunkBytes, end - position));
      const read = await file.read(chunk, position);
      if (read === 0) throw new Error(`${path} is shorter than it was`);
      position += read;
      yield chunk.subarray(0, read);
    }
  } finally {
    await file.close();
  }
}

function naturalNumber(query: Readonly<Record<string, string>>, name: string): number {
  const text = query[name] ?? '';
  const value = Number(text);
  if (!/^\d{1,16}$/.test(text) || !Number.isSafeInteger(value)) {
    throw new ServiceError('BAD_REQUEST', `${name}: expected a natural number`);
  }
  return value;
}
