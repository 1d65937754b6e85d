import { expect, test } from '@jest/globals';
import { programDescriptionSchema } from '@mapreduce/protocol';
import { defineJob, fixed, fixedWriter, ndjson, rangePartition, wholeFile } from '@mapreduce/sdk';
import { describeProgram } from './describe.ts';

const map = (): void => undefined;

test.each([
  [
    { map },
    {
      reader: { kind: 'lines' },
      writer: { kind: 'text' },
      map: 'record',
      combine: false,
      reduce: false,
    },
  ],
  [
    { mapBlock: map, reader: fixed(100), writer: fixedWriter(100), partition: rangePartition() },
    {
      map: 'block',
      reader: { kind: 'fixed', length: 100 },
      writer: { kind: 'fixed', length: 100 },
      partition: { kind: 'range' },
    },
  ],
  [
    { map, combine: map, reduce: map, order: ['descending'], group: 2, sideEffects: true },
    { combine: true, reduce: true, order: ['descending'], group: 2, sideEffects: true },
  ],
  [{ map, reader: ndjson({ maxLength: 9 }) }, { reader: { kind: 'ndjson', maxLength: 9 } }],
  [{ map, reader: wholeFile(), partition: () => 0 }, { partition: { kind: 'function' } }],
  [{ map }, { sideEffects: false, deterministic: true }],
  [{ map, nondeterministic: true }, { deterministic: false }],
])('describes %j', (program, expected) => {
  const description = describeProgram(program);
  expect(description).toMatchObject(expected);
  expect(programDescriptionSchema.parse(description)).toEqual(description);
});

test('describes what defineJob returns', () => {
  expect(describeProgram(defineJob({ map })).map).toBe('record');
});

test.each([
  [undefined, 'the program has no default export'],
  [null, "the program's default export is null"],
  [map, "the program's default export is a function"],
  [[map], "the program's default export is "],
  [{}, 'the program has neither map nor mapBlock'],
  [{ map, mapBlock: map }, 'the program has both map and mapBlock'],
  [{ map: 'x' }, `the program's map is "x"; expected a function`],
  [{ map, mapp: 1 }, 'the program has an unknown field mapp; expected map, mapBlock, combine'],
  [{ map: async () => Promise.resolve() }, "the program's map is of kind AsyncFunction"],
  [{ map: function* () {} }, "the program's map is of kind GeneratorFunction"],
  [
    { map, reduce: async function* () {} },
    "the program's reduce is of kind AsyncGeneratorFunction",
  ],
  [{ map, partition: async () => Promise.resolve(0) }, "the program's partition is of kind Async"],
  [{ map, partition: { kind: 'hash' } }, `the program's partition is {"kind":"hash"}`],
  [{ map, partition: { kind: 'range', samples: 0 } }, "the program's partition.samples is 0"],
  [{ map, reader: 'lines' }, `the program's reader is "lines"`],
  [{ map, reader: { kind: 'csv' } }, `the program's reader is {"kind":"csv"}`],
  [{ map, reader: fixed(0) }, "the program's reader.length is 0; expected an integer at least 1"],
  [{ mapBlock: map, reader: ndjson() }, "the program's reader is the ndjson reader"],
  [{ map, writer: fixedWriter(1.5) }, "the program's writer.length is 1.5"],
  [{ map, order: ['up'] }, `the program's order[0] is "up"; expected 'ascending' or 'descending'`],
  [{ map, order: 'ascending' }, `the program's order is "ascending"`],
  [{ map, group: 65 }, "the program's group is 65; expected an integer from 1 to 64"],
  [{ map, sideEffects: 'yes' }, `the program's sideEffects is "yes"; expected true or false`],
  [{ map, nondeterministic: 1 }, "the program's nondeterministic is 1; expected true or false"],
])('refuses %p', (program, message) => {
  expect(() => describeProgram(program)).toThrow(message);
});
