import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { inTemporaryDirectory, mapreduce, partsIn } from '../testing/run-example.ts';

it("sorts TeraGen's first 1,000 records across all parts, with Hadoop's checksum", () => {
  inTemporaryDirectory((directory) => {
    const [input, output] = [join(directory, 'tera'), join(directory, 'sorted')];
    mapreduce('generate', 'teragen', '--records', '1000', '-o', input);
    const run = ['run', 'examples/terasort/program.ts', input, '-o', output];
    mapreduce(...run, '--reducers', '4', '--split-size', '10k');
    expect(Object.keys(partsIn(output))).toHaveLength(4);
    expect(mapreduce('validate', 'terasort', output)).toBe(
      'in order: 1,000 records, checksum 1f9ffe645ec, 0 duplicate keys\n',
    );
  });
});
