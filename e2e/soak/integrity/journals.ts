import {
  Journal,
  JournalDamagedError,
  restoreState,
  snapshotOf,
  type JournalRecord,
} from '@mapreduce/coordinator';
import type { JobSettings } from '@mapreduce/protocol';
import { nodeCodec, nodeDigest } from '@mapreduce/service/node';
import { MemoryDisk } from '@mapreduce/service/virtual';
import { settingsDigest } from '@mapreduce/storage';
import type { Artefact } from './damage.ts';

const preambleLength = 8;
const frameHeaderLength = 44;
const directory = '/state';

/** What a boot knows when it has read the journal. */
type History = readonly JournalRecord[] | undefined;

/** A journal file as it was written, alone in its directory. */
export interface WrittenJournal extends Artefact {
  readonly settings: JobSettings;
  /** Of each frame: where it ends, and the history that a boot reads of the file up to there. */
  readonly frames: readonly { readonly end: number; readonly history: string | undefined }[];
}

/** Cuts a journal into its frames, and asks what a boot makes of each of their ends. */
export async function written(
  { name, bytes }: Artefact,
  settings: JobSettings,
): Promise<WrittenJournal> {
  const frames = [];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let end = preambleLength; end < bytes.length;) {
    end += frameHeaderLength + view.getUint32(end);
    const { history } = await readable(boot({ name, bytes: bytes.subarray(0, end) }, settings));
    frames.push({ end, history });
  }
  return { name, bytes, settings, frames };
}

/** The journal that a restart leaves in the place of this one: all of its history in a snapshot. */
export async function restarted(file: Artefact, settings: JobSettings): Promise<Artefact> {
  const { disk, journal, history } = await boot(file, settings);
  await journal.settle(snapshotOf(restoreState(history ?? [])));
  const [path = '', ...others] = disk.files(directory);
  if (others.length > 0) throw new Error(`beside ${path} there are ${others.join(', ')}`);
  return { name: path.slice(directory.length + 1), bytes: await disk.async.read(path) };
}

/** Begins a boot on a state directory that holds this file alone. */
async function boot({ name, bytes }: Artefact, settings: JobSettings) {
  const disk = new MemoryDisk();
  await disk.async.makeDirectory(directory);
  await disk.async.write(`${directory}/${name}`, bytes);
  const opened = await Journal.open(
    {
      directory,
      job: settings.id,
      jobDigest: settingsDigest(nodeDigest, settings),
      generation: 2,
      nonce: '00000000',
      onFailure: () => undefined,
    },
    { codec: nodeCodec, digest: nodeDigest, disk: disk.async },
  );
  return { disk, ...opened };
}

/** What a boot reads, as JSON; `isRefused`: it does not start. */
async function readable(
  booting: Promise<{ readonly history: History }>,
): Promise<{ readonly isRefused: boolean; readonly history: string | undefined }> {
  try {
    const { history } = await booting;
    return { isRefused: false, history: JSON.stringify(history ?? []) };
  } catch (error) {
    if (error instanceof JournalDamagedError) return { isRefused: true, history: undefined };
    throw error;
  }
}

/**
 * Boots on a journal that is damaged from byte `at` on. Refused: it does not start. Cut: the damage
 * lies in what may be a torn append, behind which no whole frame follows, and the boot goes on from
 * whole frames as they were written, all of those that end before the damage. Wrong: anything else;
 * to start anew, unsaid, is right only where not even the file's first frame is left to be believed,
 * and it is the first boot's.
 */
export async function readDamaged(
  journal: WrittenJournal,
  bytes: Uint8Array,
  at: number,
): Promise<'refused' | 'cut' | 'wrong'> {
  const { name, settings, frames } = journal;
  const { isRefused, history } = await readable(boot({ name, bytes }, settings));
  if (isRefused) return 'refused';
  const whole = frames.filter(({ end }) => end <= at).at(-1);
  const expected = whole === undefined ? nothing(name) : whole.history;
  return history === expected && isTail(journal, bytes, at) ? 'cut' : 'wrong';
}

/** What a boot may make of a file without a whole frame: nobody was told anything by a first boot. */
function nothing(name: string): string | undefined {
  return name === 'journal-000001' ? '[]' : undefined;
}

/** Whether no frame that was whole before still lies, whole, behind the one that is damaged. */
function isTail(
  { bytes: original, frames }: WrittenJournal,
  bytes: Uint8Array,
  at: number,
): boolean {
  return !frames.some(({ end }, place) => {
    const start = frames[place - 1]?.end ?? preambleLength;
    if (start <= at) return false;
    return Buffer.from(bytes).includes(Buffer.from(original.subarray(start, end)));
  });
}
