import { answer, source } from './find.ts';
import type { Peer } from './peer.ts';

export const duckdb: Peer = {
  name: 'duckdb',
  title: 'DuckDB, 2 threads',
  install: 'npm run bench -- --install (pip, package duckdb)',
  find: ({ python }) => {
    if (python === undefined || answer(python, '-c', 'import duckdb') === undefined)
      return undefined;
    return {
      wordCount: ({ inputs, output }) => ({
        program: python,
        args: [source('duckdb_word_count.py'), output, ...inputs],
      }),
    };
  },
};
