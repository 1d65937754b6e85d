import { Option } from 'commander';

export const programHelp =
  'a TypeScript or JavaScript file, or the name of a built-in; none with --mapper';

/** The flags of commands that stand in a program's place. */
export const streamingOptions: readonly Option[] = [
  new Option('--mapper <command>', 'instead of a program: reads lines, writes key<TAB>value lines'),
  new Option('--combiner <command>', 'reads the sorted lines of one map, writes lines alike'),
  new Option('--reducer <command>', 'reads the sorted lines of one partition, writes its part'),
  new Option('--side-effects', 'the commands act on the world outside: no backup attempts run'),
  new Option('--nondeterministic', 'the mapper may write other lines when it runs again'),
];
