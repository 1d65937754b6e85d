import { expect, test } from '@jest/globals';
import {
  epochSchema,
  jobSettingsSchema,
  leaseSchema,
  mapManifestSchema,
  planSchema,
  progressSchema,
  reduceManifestSchema,
  splitSchema,
} from '@mapreduce/protocol';
import * as builders from './builders.ts';

test('what builders build is valid', () => {
  const built = [
    [epochSchema, builders.anEpoch()],
    [jobSettingsSchema, builders.aJobSettings()],
    [planSchema, builders.aPlan()],
    [splitSchema, builders.aSplit()],
    [leaseSchema, builders.aLease()],
    [leaseSchema, builders.aReduceLease(3, 5)],
    [progressSchema, builders.aProgress()],
    [mapManifestSchema, builders.aMapManifest()],
    [reduceManifestSchema, builders.aReduceManifest()],
  ] as const;
  for (const [schema, value] of built) expect(schema.parse(value)).toEqual(value);
});
