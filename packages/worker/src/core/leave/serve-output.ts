import { attemptIdSchema, ServiceError } from '@mapreduce/protocol';
import { DiskError, type BulkRequest, type ByteStream, type Disk } from '@mapreduce/service';
import type { HeldOutputs } from '../held/held-outputs.ts';
import { readManifestBytes } from '../held/manifest-file.ts';
import { readChunk, readRange } from '../read-range.ts';

/**
 * Answers an `output` request: manifest, index and data of a held output, one after the other; with
 * `of=index`, the index alone. Throws `SEGMENT_GONE` where it is not here.
 */
export async function serveOutput(
  held: HeldOutputs,
  disk: Disk,
  { query }: BulkRequest,
): Promise<ByteStream> {
  const id = attemptIdSchema.safeParse(query?.['attempt']);
  if (!id.success) throw new ServiceError('BAD_REQUEST', 'attempt: expected an attempt id');
  const output = held.get(id.data);
  if (output === undefined) throw new ServiceError('SEGMENT_GONE', `${id.data} is not held here`);
  try {
    const index = await disk.read(output.index);
    if (query?.['of'] === 'index') {
      return { length: index.length, chunks: pieces([index], disk, output.data, 0) };
    }
    const manifest = await readManifestBytes(disk, output.directory);
    const { size } = await disk.status(output.data);
    const length = manifest.length + index.length + size;
    return { length, chunks: pieces([manifest, index], disk, output.data, size) };
  } catch (error) {
    if (!(error instanceof DiskError)) throw error;
    throw new ServiceError('SEGMENT_GONE', `${id.data}: ${error.message}`);
  }
}

async function* pieces(
  heads: readonly Uint8Array[],
  disk: Disk,
  data: string,
  size: number,
): AsyncGenerator<Uint8Array, void, undefined> {
  yield* heads;
  yield* readRange(disk, data, 0, size, new Uint8Array(readChunk));
}
