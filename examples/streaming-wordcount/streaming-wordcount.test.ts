import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { inTemporaryDirectory, mapreduce, partsIn } from '../testing/run-example.ts';

const count = 'awk -f examples/streaming-wordcount/count.awk';

test.each([[[]], [['--combiner', count]]])(
  'commands of the shell count words, %j',
  (combiner) => {
    inTemporaryDirectory((directory) => {
      const output = join(directory, 'out');
      mapreduce(
        ...['run', '--mapper', String.raw`tr -cs A-Za-z '\n'`, ...combiner, '--reducer', count],
        ...['examples/input', '-o', output, '--reducers', '2', '--split-size', '1Ki'],
      );
      mapreduce('verify', output);
      expect(partsIn(output)).toEqual(partsIn(join(import.meta.dirname, 'expected')));
    });
  },
  60_000,
);
