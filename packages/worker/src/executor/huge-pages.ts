/** What glibc reads its settings from, as `name=value` with colons between them. */
const variable = 'GLIBC_TUNABLES';
/** Asks the kernel for pages of 2 MiB where memory is taken in large pieces (glibc 2.35 and later). */
const hugePages = 'glibc.malloc.hugetlb=1';

/**
 * The environment of an executor: records are sorted in tens of MiB of memory, in which each one lies
 * somewhere else. With pages of 4 KiB, the processor looks up most of them anew in the page tables, and
 * each page costs a fault when it is first written.
 */
export function withHugePages(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const given = environment[variable];
  // Of two settings of one name, the latter counts.
  return {
    ...environment,
    [variable]: given === undefined || given === '' ? hugePages : `${hugePages}:${given}`,
  };
}

/** Gives the environment back as it was, for the program and the commands that it runs. */
export function forgetHugePages(environment: NodeJS.ProcessEnv): void {
  const [first, ...given] = environment[variable]?.split(':') ?? [];
  if (first !== hugePages) return;
  if (given.length > 0) environment[variable] = given.join(':');
  // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- the name is a constant
  else delete environment[variable];
}
