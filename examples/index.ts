/** An example that can be run by its name. */
export interface Example {
  /** One line for `mapreduce examples`. */
  readonly title: string;
  /** The command that shows it, after `mapreduce run`. */
  readonly usage: string;
  readonly load: () => Promise<{ readonly default: unknown }>;
}

/** By name; each lives in the folder of that name. Loading one loads no other. */
export const examples: Readonly<Record<string, Example>> = {
  wordcount: {
    title: 'How often each word occurs; reads blocks of bytes, for the last factor of speed',
    usage: 'wordcount books/ -o out',
    load: () => import('./wordcount/program.ts'),
  },
  'wordcount-lines': {
    title: 'The same, a line at a time, in five lines of code',
    usage: 'wordcount-lines books/ -o out',
    load: () => import('./wordcount-lines/program.ts'),
  },
  'inverted-index': {
    title: 'In which files each word occurs',
    usage: 'inverted-index books/ -o out',
    load: () => import('./inverted-index/program.ts'),
  },
  grep: {
    title:
      'Lines that match a pattern, with file and offset; the pattern is a constant of the program',
    usage: 'grep books/ -o out',
    load: () => import('./grep/program.ts'),
  },
  'latest-per-key': {
    title: 'The newest record of each id, out of NDJSON; uses secondary sort',
    usage: 'latest-per-key events.ndjson -o out',
    load: () => import('./latest-per-key/program.ts'),
  },
  terasort: {
    title:
      'Sorts 100-byte records by their first 10 bytes, across all parts; uses a sampled range partitioner',
    usage: 'terasort tera/ -o sorted',
    load: () => import('./terasort/program.ts'),
  },
};
