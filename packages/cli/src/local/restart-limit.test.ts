import { describe, expect, it } from '@jest/globals';
import { RestartLimit } from './restart-limit.ts';

describe('RestartLimit', () => {
  it('gives up on the fifth short life in a row', () => {
    const limit = new RestartLimit();
    const answers = [0, 1, 2, 3, 4].map((life) => limit.allows(life * 100, life * 100 + 50));
    expect(answers).toEqual([true, true, true, true, false]);
  });

  it('starts counting anew after a life that was long enough', () => {
    const limit = new RestartLimit();
    for (let life = 0; life < 4; life++) limit.allows(0, 10);
    expect(limit.allows(0, 2_000)).toBe(true);
    expect(limit.allows(0, 10)).toBe(true);
  });
});
