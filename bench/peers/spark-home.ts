import { join } from 'node:path';
import type { Command } from '../harness/command.ts';
import { answer, installed } from './find.ts';
import type { Tools } from './peer.ts';

/** Where the package pyspark has Spark, or undefined without it or without Java. */
export function sparkHome({ python }: Tools): string | undefined {
  if (python === undefined || !installed('java')) return undefined;
  return answer(python, '-c', 'import pyspark; print(pyspark.__path__[0])');
}

/** `spark-submit` on two cores of this machine, without the web page. */
export function sparkSubmit(
  { home, python, scratch }: { home: string; python: string; scratch: string },
  ...args: readonly string[]
): Command {
  return {
    program: join(home, 'bin', 'spark-submit'),
    args: [
      '--master=local[2]',
      '--driver-memory=2g',
      '--conf=spark.ui.enabled=false',
      `--conf=spark.local.dir=${scratch}`,
      ...args,
    ],
    env: {
      SPARK_HOME: home,
      SPARK_LOCAL_IP: '127.0.0.1',
      PYSPARK_PYTHON: python,
      PYSPARK_DRIVER_PYTHON: python,
    },
  };
}
