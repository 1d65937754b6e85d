import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from '@jest/globals';
import { inTemporaryDirectory, mapreduce, partsIn } from '../testing/run-example.ts';

const expected = fileURLToPath(new URL('expected', import.meta.url));

function sorted<T>(records: number, flags: readonly string[], check: (output: string) => T): T {
  return inTemporaryDirectory((directory) => {
    const [input, output] = [join(directory, 'tera'), join(directory, 'sorted')];
    mapreduce('generate', 'teragen', '--records', `${records}`, '-o', input);
    mapreduce('run', 'examples/terasort/program.ts', input, '-o', output, ...flags);
    return check(output);
  });
}

it("sorts TeraGen's first 60 records into two parts", () => {
  sorted(60, ['--reducers', '2', '--split-size', '2k'], (output) => {
    for (const part of ['part-00000', 'part-00001']) {
      expect(readFileSync(join(output, part))).toEqual(readFileSync(join(expected, part)));
    }
  });
});

it("sorts TeraGen's first 1,000 records across all parts, with Hadoop's checksum", () => {
  sorted(1_000, ['--reducers', '4', '--split-size', '10k'], (output) => {
    expect(Object.keys(partsIn(output))).toHaveLength(4);
    expect(mapreduce('validate', 'terasort', output)).toBe(
      'in order: 1,000 records, checksum 1f9ffe645ec, 0 duplicate keys\n',
    );
  });
});
