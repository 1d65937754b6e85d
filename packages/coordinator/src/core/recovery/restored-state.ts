import type { AttemptId, ProgramDescription } from '@mapreduce/protocol';
import type { PreparedOutput } from '@mapreduce/storage';
import type { Audit } from '../audit/failure.ts';
import { RestoredAudits } from '../audit/restored-audits.ts';
import type { JobEnd } from '../job-end.ts';
import type { JournalRecord } from '../journal/record.ts';

type RecordOf<K extends JournalRecord['kind']> = Extract<JournalRecord, { kind: K }>;
type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** An input as the journal names it. */
export type JournaledInput = RecordOf<'inputs'>['inputs'][number];

export interface RestoredOutput {
  readonly output: RecordOf<'mapCompleted'>;
  readonly isLost: boolean;
}

/** What a job's journal says in the end. */
export interface RestoredState {
  readonly prepared?: PreparedOutput & { readonly nonce: string };
  readonly described?: { readonly attempt: AttemptId; readonly description: ProgramDescription };
  /** The inputs, once the job was planned. */
  readonly inputs?: readonly JournaledInput[];
  /** Cut points, once they were found. */
  readonly bounds?: string[];
  /** The last output of each map that has completed. */
  readonly outputs: ReadonlyMap<number, RestoredOutput>;
  /** By partition: the attempt that committed it. */
  readonly committed: ReadonlyMap<number, AttemptId>;
  /** Outputs of one map that differ. */
  readonly audits: readonly Audit[];
  readonly ended?: JobEnd;
}

/** Folds a journal's records, oldest first. */
export function restoreState(records: readonly JournalRecord[]): RestoredState {
  const outputs = new Map<number, RestoredOutput>();
  const committed = new Map<number, AttemptId>();
  const listed: JournaledInput[] = [];
  const intern = interning();
  const audits = new RestoredAudits();
  const state: Mutable<RestoredState> = { outputs, committed, audits: [] };
  for (const record of records) {
    switch (record.kind) {
      case 'opened':
      case 'snapshotEnd':
      case 'epochRaised':
        break;
      case 'prepared':
        state.prepared = { created: record.created, nonce: record.nonce };
        break;
      case 'described':
        state.described = { attempt: record.attempt, description: record.description };
        break;
      case 'inputs':
        for (const input of record.inputs) listed.push(input);
        break;
      case 'planned':
        state.inputs = listed.slice(listed.length - record.inputs);
        break;
      case 'sampled':
        state.bounds = record.bounds;
        break;
      case 'mapCompleted': {
        const { holder, address } = record;
        const output = { ...record, holder: intern(holder), address: intern(address) };
        audits.completed(outputs.get(record.map)?.output, output);
        outputs.set(record.map, { output, isLost: false });
        break;
      }
      case 'mapHolder': {
        const { map, attempt, holder, address } = record;
        const output = outputs.get(map)?.output;
        if (output?.attempt !== attempt) break;
        outputs.set(map, { output: { ...output, holder, address }, isLost: false });
        break;
      }
      case 'mapLost': {
        const output = outputs.get(record.map)?.output;
        if (output?.attempt === record.attempt) outputs.set(record.map, { output, isLost: true });
        break;
      }
      case 'reduceCommitted':
        committed.set(record.partition, record.attempt);
        break;
      case 'audited':
        audits.decided(record);
        break;
      case 'jobEnded':
        state.ended = { state: record.state, ...(record.error && { error: record.error }) };
        break;
    }
  }
  state.audits = audits.of(state.described?.description);
  return state;
}

/** One string for all that are equal: 200,000 outputs lie with few holders. */
function interning(): (text: string) => string {
  const known = new Map<string, string>();
  return (text) => {
    const first = known.get(text);
    if (first === undefined) known.set(text, text);
    return first ?? text;
  };
}
