import { expect, it } from '@jest/globals';
import { ApiError, configMaps, pods } from '@mapreduce/controller-runtime';
import { interceptedClient, MemoryApi } from '@mapreduce/controller-runtime/virtual';
import { SeededRandom, VirtualClock } from '@mapreduce/service/virtual';
import { plan } from '../plan.ts';
import { conditionText, running, settings } from '../testing/builders.ts';
import { Applier } from './apply.ts';
import { PrivateObjects } from './private-objects.ts';

it('tells of a job that is too large for a ConfigMap, makes no pod of it, and fails it', async () => {
  const random = new SeededRandom(1);
  const api = new MemoryApi({ clock: new VirtualClock(), random });
  const tooLong = new ApiError({
    status: 422,
    reason: 'Invalid',
    message: 'ConfigMap "count-job" is invalid: []: Too long: must have at most 1048576 bytes',
  });
  const create: typeof api.create = (resource, object) =>
    resource.kind === 'ConfigMap' ? Promise.reject(tooLong) : api.create(resource, object);
  const strict = { ...interceptedClient(api, () => Promise.resolve()), create };

  const nothing = {
    pods: [],
    deployment: undefined,
    talk: {},
    isSourceWritten: false,
    launch: { generation: 1 },
  };
  const seen = running(nothing, { coordinator: { generation: 1 } });
  const made = plan(seen, settings);
  if (made === undefined) throw new Error('nothing was planned');
  const memory = { uid: 'uid-1234-5678', refusals: [] };
  const applier = new Applier(strict, new PrivateObjects(strict, random));
  const { refusals } = await applier.apply(seen, made, memory, new AbortController().signal);

  expect(refusals).toMatchObject([{ what: 'ConfigMap count-job-uid-1234-0', isInvalid: true }]);
  expect((await api.list(pods)).items).toEqual([]);
  expect((await api.list(configMaps)).items).toEqual([]);
  const next = plan({ ...seen, refusals }, settings);
  if (next === undefined) throw new Error('nothing was planned');
  expect(conditionText(next, 'Failed')).toBe('True InvalidSpec');
  expect(next.status.conditions?.[0]?.message).toMatch(/^spec: ConfigMap .*Too long/);
});
