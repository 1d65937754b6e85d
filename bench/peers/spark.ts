import { join } from 'node:path';
import { compile, installed, source } from './find.ts';
import type { Job, Peer } from './peer.ts';
import { sparkHome, sparkSubmit } from './spark-home.ts';

export const spark: Peer = {
  name: 'spark',
  title: 'Spark local[2], JVM',
  install: 'npm run bench -- --install (pip, package pyspark), and a JDK of version 17',
  find: (tools) => {
    const home = sparkHome(tools);
    const { python, build } = tools;
    if (home === undefined || python === undefined || !installed('javac', 'jar')) return undefined;
    const sources = ['SparkWordCount.java', 'SparkTeraSort.java'].map(source);
    compile('javac', ['-nowarn', '-cp', join(home, 'jars', '*'), '-d', build, ...sources]);
    const jar = join(build, 'spark.jar');
    compile('jar', ['-cf', jar, '-C', build, 'bench']);
    const submit = (main: string, { scratch, output, reducers }: Job, inputs: readonly string[]) =>
      sparkSubmit(
        { home, python, scratch },
        '--conf=spark.serializer=org.apache.spark.serializer.KryoSerializer',
        `--class=bench.${main}`,
        jar,
        output,
        `${reducers}`,
        ...inputs,
      );
    return {
      wordCount: (job) => submit('SparkWordCount', job, job.inputs),
      teraSort: (job) => submit('SparkTeraSort', job, job.inputs),
    };
  },
};
