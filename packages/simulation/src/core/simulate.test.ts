import { describe, expect, test } from '@jest/globals';
import { computing } from '../runner/computing.ts';
import type { Fault } from './faults/fault.ts';
import { drawScenario } from './scenario.ts';
import { simulate } from './simulate.ts';

describe('simulate', () => {
  test('a seed replays exactly; another seed is another run', async () => {
    const first = await simulate(3, computing);
    const again = await simulate(3, computing);
    const other = await simulate(4, computing);
    expect(first.problems).toEqual([]);
    expect(again.tail).toEqual(first.tail);
    expect(again.hash).toBe(first.hash);
    expect(other.hash).not.toBe(first.hash);
  });

  test('a fault changes the run, and not its output', async () => {
    const crash: Fault = { kind: 'workerCrash', at: 12, worker: 0, downMs: 50 };
    const undisturbed = await simulate(5, computing, { faults: [] });
    const crashed = await simulate(5, computing, { faults: [crash] });
    expect(undisturbed.problems).toEqual([]);
    expect(undisturbed.fired).toEqual([]);
    expect(crashed.problems).toEqual([]);
    expect(crashed.fired).toEqual(['workerCrash']);
    expect(crashed.hash).not.toBe(undisturbed.hash);
  });

  test('a job that cannot end is a problem, not a hang', async () => {
    const { problems } = await simulate(1, computing, { faults: [], workers: 0 });
    expect(problems).toEqual([expect.stringMatching(/nothing is left to happen|has not ended/)]);
  });

  test('an output that is damaged, and a record that changes, are seen', async () => {
    const damage = (name: string) =>
      simulate(3, computing, { faults: [], sink: 'file' }, ({ world }) => {
        world.diskConditions.add({
          after: (operation, path) => {
            if (operation === 'link' && path.endsWith(name)) world.disk.corrupt(path, 0, 1);
          },
        });
      });
    expect((await damage('/part-00000')).problems).not.toEqual([]);
    expect((await damage('/commits/part-00000.json')).problems).not.toEqual([]);
  });

  test('scenarios vary in all that they may vary in', () => {
    const scenarios = Array.from({ length: 300 }, (_, seed) => drawScenario(seed));
    const kinds = (of: (scenario: (typeof scenarios)[number]) => unknown) =>
      new Set(scenarios.map(of)).size;
    expect(kinds(({ program }) => program)).toBe(7);
    expect(kinds(({ cancelAt }) => cancelAt)).toBeGreaterThan(10);
    expect(kinds(({ sink }) => sink)).toBe(2);
    expect(kinds(({ inputsShared }) => inputsShared)).toBe(2);
    expect(kinds(({ settings }) => settings.format)).toBe(2);
    expect(kinds(({ settings }) => settings.compression)).toBe(2);
    expect(kinds(({ weather }) => weather.loss > 0)).toBe(2);
    expect(kinds(({ weather }) => weather.encoded)).toBe(2);
    expect(kinds(({ workers, slots }) => `${workers} ${slots}`)).toBeGreaterThan(10);
    expect(kinds(({ faults }) => faults.length)).toBe(20);
  });
});
