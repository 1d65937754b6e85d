/** Asks the kernel for pages of 2 MiB where memory is taken in large pieces (glibc 2.35 and later). */
const hugePages = 'glibc.malloc.hugetlb=1';

/**
 * The environment of an executor: records are sorted in tens of MiB of memory, in which each one lies
 * somewhere else. The processor remembers where a few thousand pages lie, which are 8 MiB if each has
 * 4 KiB; and each page costs a fault when it is first written. glibc reads its settings from
 * `GLIBC_TUNABLES`, as `name=value` with colons between them.
 */
export function withHugePages(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const given = environment['GLIBC_TUNABLES'] ?? '';
  // Of two settings of one name, the latter counts.
  return { ...environment, GLIBC_TUNABLES: given === '' ? hugePages : `${hugePages}:${given}` };
}

/** Gives the environment back as it was, for the program and the commands that it runs. */
export function forgetHugePages(environment: NodeJS.ProcessEnv): void {
  const [first, ...given] = environment['GLIBC_TUNABLES']?.split(':') ?? [];
  if (first !== hugePages) return;
  if (given.length > 0) environment['GLIBC_TUNABLES'] = given.join(':');
  else delete environment['GLIBC_TUNABLES'];
}
