import { describe, expect, it } from '@jest/globals';
import { closest } from './closest.ts';

describe('closest', () => {
  const names = ['wordcount', 'grep', 'terasort'];

  it.each([
    ['wordcont', 'wordcount'],
    ['wrodcount', 'wordcount'],
    ['gerp', 'grep'],
    ['grep', 'grep'],
    ['job.ts', undefined],
    ['', undefined],
  ])('takes %p for %p', (word, name) => {
    expect(closest(word, names)).toBe(name);
  });
});
