import type { Epoch } from '@mapreduce/protocol';
import { isDiskError, toHex } from '@mapreduce/storage';
import type { FramePorts } from './frame.ts';
import { JournalFiles } from './journal-files.ts';
import { JournalDamagedError, readJournal, type ReadJournal } from './read-journal.ts';
import type { JournalOpened, JournalRecord } from './record.ts';

type Seal = NonNullable<JournalOpened['predecessor']>;

/** What the boots before have told anybody. */
export interface History {
  /** Of the latest boot that wrote anything. */
  readonly opened: JournalOpened;
  /** Names that boot's file as it was read: what is appended to it later is no part of history. */
  readonly seal: Seal;
  /** From the beginning of the latest whole snapshot on. */
  readonly records: readonly JournalRecord[];
  /** In which the boot of that snapshot may have spoken to workers. */
  readonly told: readonly Epoch[];
}

/**
 * Reads the history that a boot goes on from; undefined where there is none. The boot's own file must
 * be there already: so whoever looks for a later boot before it removes a file either sees this one,
 * or has its snapshot read here. Throws `JournalDamagedError`, also where a file does not begin and
 * nothing is left before it, though it is not that of the first boot: what it went on from was removed
 * once it was whole.
 */
export async function readHistory(
  files: JournalFiles,
  before: number,
  ports: FramePorts,
): Promise<History | undefined> {
  const names = (await files.names()).filter((name) => JournalFiles.bootOf(name) < before);
  for (const name of names.toReversed()) {
    let latest: ReadJournal | undefined;
    try {
      latest = readJournal(name, await files.read(name), ports);
    } catch (error) {
      // A later boot, read already or about to be refused, has no more need of it.
      if (isDiskError(error, 'ENOENT')) continue;
      throw error;
    }
    // One that does not hold its first record told nobody anything.
    if (latest === undefined) continue;
    const seal = { file: name, length: latest.length, hash: toHex(latest.hash) };
    return { opened: latest.opened, seal, ...(await toldBy(latest, files, ports)) };
  }
  const [oldest] = names;
  const isFirst = oldest === undefined || JournalFiles.bootOf(oldest) === 1;
  // Or a later boot has removed it: this one is about to be refused.
  if (isFirst || (await files.hasLater(before))) return undefined;
  throw new JournalDamagedError(
    `${oldest}: does not hold its first record, and the file before it is gone; ` +
      'restore it, or remove the journal to start the job anew',
  );
}

/** A file without a whole snapshot told nobody more than it sealed: its predecessor counts. */
async function toldBy(
  latest: ReadJournal,
  files: JournalFiles,
  ports: FramePorts,
): Promise<Pick<History, 'records' | 'told'>> {
  let { opened, records } = latest;
  while (!records.some(({ kind }) => kind === 'snapshotEnd')) {
    if (opened.predecessor === undefined) return { records: [], told: [] };
    ({ opened, records } = await readSealed(opened.predecessor, files, ports));
  }
  const raised = records.flatMap((record) => (record.kind === 'epochRaised' ? record.epoch : []));
  return { records, told: [opened.epoch, ...raised] };
}

async function readSealed(
  { file, length, hash }: Seal,
  files: JournalFiles,
  ports: FramePorts,
): Promise<ReadJournal> {
  const damaged = (what: string, cause?: unknown) =>
    new JournalDamagedError(`${file}: ${what}, but the file after it goes on from it`, { cause });
  let bytes: Uint8Array;
  try {
    bytes = await files.read(file);
  } catch (error) {
    if (!isDiskError(error, 'ENOENT')) throw error;
    throw damaged('is missing', error);
  }
  const sealed = readJournal(file, bytes.subarray(0, length), ports);
  if (sealed?.length !== length || toHex(sealed.hash) !== hash) {
    throw damaged(`its first ${length} bytes are not what they were`);
  }
  return sealed;
}
