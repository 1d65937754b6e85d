import { describe, expect, it } from '@jest/globals';
import { configMaps, secrets } from '@mapreduce/controller-runtime';
import { MemoryApi } from '@mapreduce/controller-runtime/virtual';
import { SeededRandom, VirtualClock } from '@mapreduce/service/virtual';
import { aSource, aSpec, identity } from '../testing/builders.ts';
import { PrivateObjects } from './private-objects.ts';

const { signal } = new AbortController();
const key = { namespace: 'team', name: 'count-tokens-uid-1234' };

function aCluster() {
  const api = new MemoryApi({ clock: new VirtualClock(), random: new SeededRandom(1) });
  let operators = 0;
  const operator = () => new PrivateObjects(api, new SeededRandom((operators += 1)));
  const data = async () => (await api.get(secrets, key))?.['data'];
  return { api, operator, data };
}

describe("a job's tokens", () => {
  it('are made once, and read by the next operator', async () => {
    const { operator, data } = aCluster();
    const made = await operator().controlToken(identity, signal);
    expect(await operator().controlToken(identity, signal)).toBe(made);
    expect(await data()).toMatchObject({ control: btoa(made) });
  });

  it('are the same again if somebody deletes them, as the pods that run know no others', async () => {
    const { api, operator, data } = aCluster();
    const own = operator();
    await own.putTokens(identity, signal);
    const before = await data();
    await api.delete(secrets, key);
    expect(await own.hasTokens(identity, signal)).toBe(true);
    await own.putTokens(identity, signal);
    expect(await data()).toEqual(before);
  });

  it('are lost if nobody has kept them, and are not made anew by who asks for them', async () => {
    const { api, operator, data } = aCluster();
    await operator().putTokens(identity, signal);
    await api.delete(secrets, key);
    expect(await operator().hasTokens(identity, signal)).toBe(false);
    expect(await data()).toBeUndefined();
  });
});

it('makes the next attempt from what the first was made from, though somebody has deleted that', async () => {
  const { api, operator } = aCluster();
  const own = operator();
  const started = aSource(aSpec({ workers: { replicas: 7 } }));
  await own.writeSource(identity, started, signal);
  await api.delete(configMaps, { namespace: 'team', name: 'count-job-uid-1234-0' });
  expect(await own.source(identity, 1, signal)).toMatchObject({
    source: { file: { attempt: 1, spec: started.file.spec }, pods: started.pods },
    isWritten: false,
  });
});
