import { describe, expect, it } from '@jest/globals';
import { outputDirectory } from './output-directory.ts';

describe('outputDirectory', () => {
  it('is what is named, else what the environment says', () => {
    const env = { MAPREDUCE_OUTPUT: '/output/words' };
    expect(outputDirectory('here', env)).toBe('here');
    expect(outputDirectory(undefined, env)).toBe('/output/words');
  });

  it.each([{}, { MAPREDUCE_OUTPUT: '' }])('is asked for where nothing says: %j', (env) => {
    expect(() => outputDirectory(undefined, env)).toThrow('no output is named');
  });
});
