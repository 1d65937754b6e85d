import { source } from './find.ts';
import type { Peer } from './peer.ts';
import { sparkHome, sparkSubmit } from './spark-home.ts';

export const pyspark: Peer = {
  name: 'pyspark',
  title: 'PySpark local[2]',
  install: 'npm run bench -- --install (pip, package pyspark), and a Java runtime of version 17',
  find: (tools) => {
    const home = sparkHome(tools);
    const { python } = tools;
    if (home === undefined || python === undefined) return undefined;
    return {
      wordCount: ({ inputs, output, scratch, reducers }) =>
        sparkSubmit(
          { home, python, scratch },
          source('pyspark_word_count.py'),
          output,
          `${reducers}`,
          ...inputs,
        ),
    };
  },
};
