import { expect, it } from '@jest/globals';
import { stragglerText } from './straggler.ts';

const straggler = {
  ...{ attempt: '1-1-5f3a9c21-reduce-3-0', task: 'reduce 3', worker: 'http://10.0.0.1:7071' },
  ...{ runningMs: 250_000, medianMs: 20_000 },
};

it.each([
  [31.2, 'reduce 3 runs for 4 min 10 s, others took 20.0 s: it reads 31 times as much'],
  [1.4, 'reduce 3 runs for 4 min 10 s, others took 20.0 s'],
  [undefined, 'reduce 3 runs for 4 min 10 s, others took 20.0 s'],
])('a straggler that has %p times as much to read is told so', (sizeRatio, text) => {
  expect(stragglerText({ ...straggler, sizeRatio })).toBe(text);
});
