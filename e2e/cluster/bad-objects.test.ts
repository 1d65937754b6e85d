import { describe, expect, it } from '@jest/globals';
import { refused, reported } from './support/bad-specs.ts';
import { record } from './support/figures.ts';
import { jobObject, submit, untilComplete, type Job } from './support/job.ts';
import { tryApply, watchUntil } from './support/kubectl.ts';
import { scenario, testNamespace } from './support/scenario.ts';

const namespace = testNamespace('bad');

describe('a MapReduceJob with a fault', () => {
  it('is tried in sixty ways', () => {
    expect(refused.length + reported.length).toBeGreaterThanOrEqual(60);
  });

  scenario(
    'is refused with a message that names the field by its whole path',
    namespace,
    async () => {
      const verdicts = await Promise.all(
        refused.map(async ({ field, spec }, index) => {
          const object = jobObject({ namespace: namespace.name, name: `bad-${index}` }, spec);
          const { code, stderr } = await tryApply([object], '--dry-run=server');
          const names: readonly string[] = stderr.match(/[\w.[\]]+/g) ?? [];
          return code !== 0 && names.includes(field) ? [] : [{ field, spec, code, stderr }];
        }),
      );
      expect(verdicts.flat()).toEqual([]);
    },
  );

  scenario('is refused by its name, too', namespace, async () => {
    const names = ['UPPER', '1-begins-with-a-digit', 'x'.repeat(41), 'with.dot'];
    const spec = { program: { builtin: { name: 'wordcount' } }, inputs: [{ sample: {} }] };
    for (const name of names) {
      const object = jobObject({ namespace: namespace.name, name }, spec);
      const { code, stderr } = await tryApply([object], '--dry-run=server');
      expect({ name, code, says: stderr.includes('metadata.name') }).toEqual({
        name,
        code: 1,
        says: true,
      });
    }
  });

  scenario(
    'says in a condition what only a start shows, and delays no other job',
    namespace,
    async () => {
      for (const { name, spec } of reported)
        await submit({ namespace: namespace.name, name }, spec);
      const start = performance.now();
      const good = { namespace: namespace.name, name: 'good' };
      await submit(good, {
        program: { builtin: { name: 'wordcount' } },
        inputs: [{ text: { value: 'a rose is a rose\n' } }],
        reducers: 1,
        workers: { replicas: 1 },
      });
      await untilComplete(good, 60);
      record(
        'a good job among bad ones, from apply to complete',
        (performance.now() - start) / 1_000,
        's',
      );
      await Promise.all(
        reported.map(({ name, says }) =>
          watchUntil<Job>(
            { namespace: namespace.name, kind: 'mrj', name, seconds: 60 },
            ({ status }) =>
              (status?.conditions ?? []).some(
                ({ type, status: is, message }) =>
                  says.test(message) &&
                  ((type === 'Failed' && is === 'True') ||
                    (type.endsWith('Ready') && is === 'False') ||
                    type === 'Degraded'),
              ),
            `told about (${String(says)})`,
          ),
        ),
      );
    },
  );
});
