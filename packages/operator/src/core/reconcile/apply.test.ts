import { expect, it } from '@jest/globals';
import {
  ApiError,
  apiVersionOf,
  configMaps,
  deployments,
  pods,
  type ApiClient,
} from '@mapreduce/controller-runtime';
import { interceptedClient, MemoryApi } from '@mapreduce/controller-runtime/virtual';
import { SeededRandom, VirtualClock } from '@mapreduce/service/virtual';
import type { Observed } from '../observed.ts';
import { conditionText, planOf, running } from '../testing/builders.ts';
import { Applier } from './apply.ts';
import { resourceOf } from './caches.ts';
import type { Outcome } from './outcome.ts';
import { PrivateObjects } from './private-objects.ts';

const random = new SeededRandom(1);

/** A job that has been given its first generation, and has nothing yet. */
const begun = running(
  {
    pods: [],
    deployment: undefined,
    talk: {},
    isSourceWritten: false,
    launch: { generation: 1 },
  },
  { coordinator: { generation: 1 } },
);

/** Plans what was seen, and carries it out. */
async function applied(client: ApiClient, seen: Observed): Promise<Outcome> {
  const made = planOf(seen);
  const memory = { uid: 'uid-1234-5678', refusals: [], refusedAgain: 0, launch: { generation: 1 } };
  const applier = new Applier(client, new PrivateObjects(client, random));
  return applier.apply(seen, made, memory, new AbortController().signal);
}

it('tells of a job that is too large for a ConfigMap, makes no pod of it, and fails it', async () => {
  const api = new MemoryApi({ clock: new VirtualClock(), random });
  const tooLong = new ApiError({
    status: 422,
    reason: 'Invalid',
    message: 'ConfigMap "count-job" is invalid: []: Too long: must have at most 1048576 bytes',
  });
  const create: typeof api.create = (resource, object) =>
    resource.kind === 'ConfigMap' ? Promise.reject(tooLong) : api.create(resource, object);
  const strict = { ...interceptedClient(api, () => Promise.resolve()), create };

  const { refusals } = await applied(strict, begun);

  expect(refusals).toMatchObject([{ what: 'ConfigMap count-job-uid-1234-0', isInvalid: true }]);
  expect((await api.list(pods)).items).toEqual([]);
  expect((await api.list(configMaps)).items).toEqual([]);
  const next = planOf({ ...begun, refusals });
  expect(conditionText(next, 'Failed')).toBe('True InvalidSpec');
  expect(next.status.conditions?.[0]?.message).toMatch(/^spec: ConfigMap .*Too long/);
});

it.each([
  ['Service', 'count-coordinator'],
  ['NetworkPolicy', 'count'],
])(
  'starts no pod while the name of its %s is taken, and does once that is gone',
  async (kind, name) => {
    const api = new MemoryApi({ clock: new VirtualClock(), random });
    const resource = resourceOf(kind);
    const metadata = { namespace: 'team', name };
    await api.create(resource, { apiVersion: apiVersionOf(resource), kind, metadata });

    const { refusals } = await applied(api, begun);
    expect(refusals).toMatchObject([{ what: `${kind} ${name}`, reason: 'NameTaken' }]);
    expect((await api.list(pods)).items).toEqual([]);
    expect((await api.list(deployments)).items).toEqual([]);
    const next = planOf({ ...begun, refusals });
    expect(conditionText(next, 'Degraded')).toBe('True NameTaken');

    await api.delete(resource, metadata);
    const later = await applied(api, { ...begun, isSourceWritten: true });
    expect(later.refusals).toEqual([]);
    expect((await api.list(pods)).items.length).toBe(1);
    expect((await api.list(deployments)).items.length).toBe(1);
  },
);

const forbidden = [403, 'Forbidden', 'exceeded quota: objects'] as const;
const webhook = [500, 'InternalError', 'failed calling webhook "guard"'] as const;

it.each([
  ['Secret', forbidden, 0],
  ['ConfigMap', forbidden, 0],
  ['NetworkPolicy', forbidden, 0],
  ['Service', webhook, 0],
  ['PodDisruptionBudget', forbidden, 1],
  ['PodDisruptionBudget', webhook, 1],
])(
  'tells of a %s that is refused (%p), and starts pods only where they can do without: %p',
  async (kind, [status, reason, message], started) => {
    const api = new MemoryApi({ clock: new VirtualClock(), random });
    const create: typeof api.create = (resource, object) =>
      object.kind === kind
        ? Promise.reject(new ApiError({ status, reason, message }))
        : api.create(resource, object);
    const client = { ...interceptedClient(api, () => Promise.resolve()), create };

    const { refusals } = await applied(client, begun);

    expect(refusals).toMatchObject([
      { what: expect.stringMatching(kind), message, isInvalid: false },
    ]);
    expect((await api.list(pods)).items.length).toBe(started);
    expect((await api.list(deployments)).items.length).toBe(started);
  },
);
