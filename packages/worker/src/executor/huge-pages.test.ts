import { expect, test } from '@jest/globals';
import { forgetHugePages, withHugePages } from './huge-pages.ts';

test.each([{}, { GLIBC_TUNABLES: 'glibc.malloc.hugetlb=0:glibc.malloc.check=1' }, { HOME: '/' }])(
  'what the executor is given, and nothing else, is gone when it has forgotten it: %o',
  (given) => {
    const environment = withHugePages(given);
    expect(environment['GLIBC_TUNABLES']).toMatch(/^glibc\.malloc\.hugetlb=1(?::|$)/);
    forgetHugePages(environment);
    expect(environment).toEqual(given);
  },
);

test('what somebody else has set stays', () => {
  const environment = { GLIBC_TUNABLES: 'glibc.malloc.check=1' };
  forgetHugePages(environment);
  expect(environment).toEqual({ GLIBC_TUNABLES: 'glibc.malloc.check=1' });
});
