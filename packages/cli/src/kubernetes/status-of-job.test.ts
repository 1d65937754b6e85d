import { expect, it } from '@jest/globals';
import { pipelineLines } from '../view/pipeline.ts';
import { RateMeter } from '../view/rates.ts';
import { styleOf } from '../view/style.ts';
import { condition, createdAt, halfWay, jobWith } from './fixtures.ts';
import { statusOfJob } from './status-of-job.ts';

const style = styleOf({ isTTY: false } as unknown as NodeJS.WriteStream, {});

it('a job that has no status yet is one that is being described', () => {
  const status = statusOfJob(jobWith(), createdAt);
  expect(status).toMatchObject({ state: 'running', phase: 'describe', elapsedMs: 0 });
});

it('a job is drawn as its coordinator would draw it', () => {
  const status = statusOfJob(jobWith({ status: halfWay }), createdAt + 10_000);
  const lines = pipelineLines(status, new RateMeter().add(status), style).map((line) =>
    line.trimEnd(),
  );
  expect(lines[0]).toBe('wc (wordcount) · map · 10.0 s');
  expect(lines).toContain('map      ■■■■▶▶··');
  expect(lines.join('\n')).toMatch(/2 files +4 of 8/);
  expect(lines.join('\n')).toMatch(/wc-worker-1 +1 of 1 busy/);
});

it.each([
  ['succeeded', condition('Complete', 'Done')],
  ['failed', condition('Failed', 'TaskFailed')],
  ['cancelled', condition('Failed', 'Cancelled')],
] as const)('a job ends %s', (state, told) => {
  const job = jobWith({ status: { ...halfWay, conditions: [told] } });
  expect(statusOfJob(job, createdAt).state).toBe(state);
});
