import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { compile, installed, source } from './find.ts';
import type { Job, Peer } from './peer.ts';

/** Word count is our own class; the sort is TeraSort out of Hadoop's examples. */
export const hadoop: Peer = {
  name: 'hadoop',
  title: 'Hadoop 3.4 local runner, combiner',
  install: 'npm run bench -- --install (Maven, hadoop-client-runtime), and a JDK',
  find: ({ hadoop: jars, build }) => {
    if (!installed('java', 'javac') || !existsSync(jars)) return undefined;
    const classPath = [build, join(jars, '*')].join(delimiter);
    compile('javac', ['-nowarn', '-cp', classPath, '-d', build, source('HadoopWordCount.java')]);
    const run = (main: string, { scratch, reducers }: Job, ...args: readonly string[]) => ({
      program: 'java',
      args: [
        '-cp',
        classPath,
        main,
        ...define('hadoop.tmp.dir', scratch),
        ...define('mapreduce.local.map.tasks.maximum', '2'),
        ...define('mapreduce.local.reduce.tasks.maximum', '2'),
        ...define('mapreduce.job.reduces', `${reducers}`),
        ...args,
      ],
      // TeraSort leaves the link to its partition file in the working directory.
      cwd: scratch,
    });
    return {
      wordCount: (job) => run('bench.HadoopWordCount', job, job.output, ...job.inputs),
      teraSort: (job) =>
        run('org.apache.hadoop.examples.terasort.TeraSort', job, job.inputDirectory, job.output),
    };
  },
};

function define(name: string, value: string): string[] {
  return ['-D', `${name}=${value}`];
}
