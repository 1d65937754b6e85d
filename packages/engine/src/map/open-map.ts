import { openInput } from '../input/open-input.ts';
import type { BlockReader } from '../input/blocks.ts';
import { ProgressMeter } from '../progress-meter.ts';
import { RecordContext } from '../task-context.ts';
import type { MapRun } from '../tasks.ts';
import { SkippedRecords } from './skipped-records.ts';
import { UndoableContext } from './undoable-context.ts';

/** What bad records are skipped with. */
export interface Skipping {
  readonly context: UndoableContext;
  readonly skipped: SkippedRecords;
}

/** What map and sample tasks begin with. */
export interface OpenMap {
  readonly progress: ProgressMeter;
  readonly context: RecordContext;
  readonly input: BlockReader;
  /** Undefined where a bad record fails the attempt. */
  readonly skipping: Skipping | undefined;
}

/** Throws `InputError`. */
export function openMap({
  onProgress,
  plan,
  settings,
  source,
  split,
}: Omit<MapRun, 'job'>): OpenMap {
  const { memory, skipBadRecords } = settings;
  const { reader } = plan.description;
  const { name } = split;
  const progress = new ProgressMeter(split.end - split.start, onProgress);
  if (skipBadRecords === 0) {
    const context = new RecordContext(name);
    const input = openInput(reader, source, split, memory);
    return { progress, context, input, skipping: undefined };
  }
  const context = new UndoableContext(name);
  const skipped = new SkippedRecords(name, skipBadRecords);
  const input = openInput(reader, source, split, memory, (line) => {
    progress.records += 1;
    skipped.add(line);
  });
  return { progress, context, input, skipping: { context, skipped } };
}
