import { nodeDigest } from '@mapreduce/service/node';
import { MemoryDisk } from '@mapreduce/service/virtual';
import { verifyOutput } from '@mapreduce/storage';
import type { Artefact } from './damage.ts';

/** The files whose every byte `verify` vouches for: parts, commit records and `_SUCCESS`. */
export function isVouchedFor({ name }: Artefact): boolean {
  return /^(part-[^/]*|_SUCCESS|_mapreduce\/[^/]+\/commits\/[^/]+)$/.test(name);
}

/** What `mapreduce verify` finds wrong with an output of these files. */
export async function findingsOf(files: readonly Artefact[]): Promise<readonly string[]> {
  const disk = new MemoryDisk().async;
  await disk.makeDirectory('/output');
  for (const { name, bytes } of files) {
    const path = `/output/${name}`;
    await disk.makeDirectory(path.slice(0, path.lastIndexOf('/')));
    await disk.write(path, bytes);
  }
  return (await verifyOutput(disk, nodeDigest, '/output')).findings;
}
