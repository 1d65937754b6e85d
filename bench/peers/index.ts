import { c } from './c.ts';
import { duckdb } from './duckdb.ts';
import { gnu } from './gnu.ts';
import { goLab } from './go-lab.ts';
import { hadoop } from './hadoop.ts';
import { mawk } from './mawk.ts';
import { mrjob } from './mrjob.ts';
import type { Peer } from './peer.ts';
import { pyspark } from './pyspark.ts';
import { spark } from './spark.ts';

export const peers: readonly Peer[] = [goLab, hadoop, spark, pyspark, mrjob, gnu, mawk, duckdb, c];
