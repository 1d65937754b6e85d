import type { JournalRecord } from './record.ts';

/** An input as the journal names it. */
type Input = Extract<JournalRecord, { kind: 'inputs' }>['inputs'][number];

/** Inputs that one journal record names, at most. */
const inputsARecord = 5_000;

/** The plan: the inputs, some a record, then how many they are. */
export function* inputRecords(inputs: readonly Input[]): Generator<JournalRecord, void, undefined> {
  for (let from = 0; from < inputs.length; from += inputsARecord) {
    const some = inputs.slice(from, from + inputsARecord);
    const named = some.map(({ source, name, size, version, cuttable }) => ({
      ...{ source, name, size, version, cuttable },
    }));
    yield { kind: 'inputs', inputs: named };
  }
  yield { kind: 'planned', inputs: inputs.length };
}
