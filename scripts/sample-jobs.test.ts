import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { loadAllYaml } from '@kubernetes/client-node';
import { kind, mapReduceJobSchema } from '@mapreduce/protocol/resource';

const folder = join(import.meta.dirname, '../deploy/jobs');
const files = readdirSync(folder).filter((name) => name.endsWith('.yaml'));

interface Manifest {
  readonly kind: string;
}

describe('the jobs to apply', () => {
  it('are there', () => {
    expect(files.length).toBeGreaterThanOrEqual(5);
  });

  it.each(files)('%s holds one MapReduceJob, and every field of it is right', (name) => {
    const manifests = loadAllYaml(readFileSync(join(folder, name), 'utf8')) as readonly Manifest[];
    const jobs = manifests.filter((manifest) => manifest.kind === kind);
    expect(jobs).toHaveLength(1);
    expect(mapReduceJobSchema.safeParse(jobs[0]).error?.issues).toBeUndefined();
  });
});
