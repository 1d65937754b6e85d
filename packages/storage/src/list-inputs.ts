import type { Input, InputSource } from '@mapreduce/protocol';
import {
  DiskError,
  joinPath,
  type Digest,
  type Disk,
  type FileStatus,
  type Web,
} from '@mapreduce/service';
import { generatedName, generatedSize } from './generated/generated-source.ts';
import { toHex } from './hex.ts';
import { InputError } from './range-source.ts';
import { probeWebInput } from './web-input.ts';

/** One file of the input, before it is cut. */
export interface ListedInput {
  readonly source: InputSource;
  /** As the user named it (in a directory: with the file's path in it). */
  readonly name: string;
  readonly size: number;
  /** Changes when the input does. */
  readonly version: string;
  /** False: it can only be read as a whole. */
  readonly cuttable: boolean;
  /** What the coordinator itself serves, for sources of kind `coordinator`. */
  readonly served?:
    | { readonly kind: 'path'; readonly path: string }
    | { readonly kind: 'text'; readonly bytes: Uint8Array };
}

export interface ListPorts {
  readonly disk: Disk;
  readonly web: Web;
  readonly digest: Digest;
}

/** Directories in directories, at most: a link that leads back would make it endless. */
const maxDepth = 32;
const concurrency = 32;

interface FoundFile {
  readonly path: string;
  readonly status: FileStatus;
}

/**
 * Finds the files that a job's inputs name. A directory gives its files, and those of the
 * directories in it, in name order; names that begin with `.` or `_` are left out. Throws `InputError`.
 */
export async function listInputs(
  inputs: readonly Input[],
  ports: ListPorts,
): Promise<ListedInput[]> {
  const found = await mapConcurrently(inputs, (input) => listInput(input, ports));
  // Served ones are asked for by their place in the whole list.
  return found
    .flat()
    .map((input, index) =>
      input.served === undefined
        ? input
        : { ...input, source: { kind: 'coordinator', input: index } },
    );
}

async function listInput(
  input: Input,
  { disk, web, digest }: ListPorts,
): Promise<readonly ListedInput[]> {
  switch (input.kind) {
    case 'text': {
      const bytes = new TextEncoder().encode(input.text);
      return [
        {
          source: { kind: 'coordinator', input: 0 },
          name: input.name ?? 'text',
          size: bytes.length,
          version: toHex(digest.of(bytes)),
          cuttable: true,
          served: { kind: 'text', bytes },
        },
      ];
    }
    case 'http': {
      const { size, version, ranges } = await probeWebInput(web, input.url);
      const source = { kind: 'http', url: input.url } as const;
      return [{ source, name: input.url, size, version, cuttable: ranges }];
    }
    case 'path': {
      const files = await listPath(disk, input.path);
      return files.map(({ path, status }) => ({
        source: { kind: 'file', path },
        name: path,
        size: status.size,
        version: fileVersion(status),
        cuttable: true,
        ...(!input.shared && { served: { kind: 'path', path } }),
      }));
    }
    case 'generated': {
      const { data } = input;
      const name = generatedName(data);
      const size = generatedSize(data);
      return [{ source: { kind: 'generated', data }, name, size, version: name, cuttable: true }];
    }
  }
}

/** What a file's split is checked against while it is read. */
export function fileVersion({ mtimeMs, size }: Pick<FileStatus, 'mtimeMs' | 'size'>): string {
  return `${mtimeMs} ${size}`;
}

async function listPath(disk: Disk, path: string): Promise<FoundFile[]> {
  const status = await statusOf(disk, path);
  if (status.isDirectory) return listDirectory(disk, path, 0);
  await checkReadable(disk, path, status);
  return [{ path, status }];
}

async function listDirectory(disk: Disk, directory: string, depth: number): Promise<FoundFile[]> {
  if (depth > maxDepth) {
    throw new InputError(`input ${directory}: more than ${maxDepth} directories in each other`);
  }
  const names = await asInput(directory, disk.list(directory));
  const visible = names.filter((name) => !name.startsWith('.') && !name.startsWith('_'));
  const found = await mapConcurrently(visible, async (name): Promise<FoundFile | string> => {
    const path = joinPath(directory, name);
    const status = await statusOf(disk, path);
    return status.isDirectory ? path : { path, status };
  });
  const files: FoundFile[] = [];
  for (const entry of found) {
    if (typeof entry !== 'string') files.push(entry);
    else files.push(...(await listDirectory(disk, entry, depth + 1)));
  }
  return files;
}

async function statusOf(disk: Disk, path: string): Promise<FileStatus> {
  const status = await asInput(path, disk.status(path));
  if (status.isFile || status.isDirectory) return status;
  // Its size says nothing of what it would give, and it gives that once.
  throw new InputError(`input ${path}: not a regular file; save what it gives to one first`);
}

/** A file that is named outright is opened once, so that one error comes before any work. */
async function checkReadable(disk: Disk, path: string, { size }: FileStatus): Promise<void> {
  const file = await asInput(path, disk.open(path));
  try {
    // Files that the kernel makes up as they are read, as in /proc, say that they are empty.
    if (size > 0 || (await asInput(path, file.read(new Uint8Array(1), 0))) === 0) return;
  } finally {
    await file.close();
  }
  throw new InputError(`input ${path}: says that it is empty, and is not; copy it first`);
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'no such file or directory',
  ENOTDIR: 'no such file or directory',
  EACCES: 'this user may not read it',
  EPERM: 'this user may not read it',
  ELOOP: 'its links lead in a circle',
};

/** Turns a disk's failure into an `InputError` that names the input. */
export async function asInput<T>(name: string, operation: Promise<T>): Promise<T> {
  try {
    return await operation;
  } catch (error) {
    if (!(error instanceof DiskError)) throw error;
    throw new InputError(`input ${name}: ${reasons[error.code] ?? error.message}`, {
      cause: error,
    });
  }
}

/** `Promise.all` over a mapping with a bound on how many run at once; results in order. */
async function mapConcurrently<T, R>(
  items: readonly T[],
  run: (item: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  const lane = async () => {
    while (next < items.length) {
      const index = next++;
      results[index] = await run(items[index] as T);
    }
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, items.length) }, lane));
  return results;
}
