import { join } from 'node:path';
import { compile, installed, source } from './find.ts';
import type { Job, Peer } from './peer.ts';

/** What the machine can do: no framework, no fault tolerance, all in memory. */
export const c: Peer = {
  name: 'c',
  title: 'C, 2 processes: the limit',
  install: 'apt install gcc',
  find: ({ build }) => {
    if (!installed('gcc')) return undefined;
    const program = (name: string) => {
      const binary = join(build, name);
      const flags = ['-D_GNU_SOURCE', '-O3', '-march=native', '-Wall', '-Wextra'];
      compile('gcc', [...flags, '-o', binary, source(`${name}.c`)]);
      return ({ inputs, output, reducers }: Job) => ({
        program: binary,
        args: [output, `${reducers}`, ...inputs],
      });
    };
    return { wordCount: program('word_count'), teraSort: program('tera_sort') };
  },
};
