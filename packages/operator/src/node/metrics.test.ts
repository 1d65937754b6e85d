import { describe, expect, it } from '@jest/globals';
import type { KubeObject } from '@mapreduce/controller-runtime';
import { Registry } from 'prom-client';
import { aReport } from '../core/testing/builders.ts';
import { jobMetrics } from './metrics.ts';

const job = (name: string, status: object): KubeObject => ({
  apiVersion: 'mapreduce.dev/v1alpha1',
  kind: 'MapReduceJob',
  metadata: { namespace: 'team', name },
  status,
});

describe("the operator's metrics", () => {
  it('count jobs by phase when they are read, zeros included', async () => {
    const registry = new Registry();
    const progress = { percentage: 25, maps: { completed: 250 }, reduces: { completed: 1 } };
    const jobs = [job('a', { phase: 'Running', progress }), job('b', {})];
    jobMetrics(registry, () => jobs);
    const text = await registry.metrics();
    expect(text).toContain('mapreduce_jobs{phase="Running"} 1\n');
    expect(text).toContain('mapreduce_jobs{phase="Pending"} 1\n');
    expect(text).toContain('mapreduce_jobs{phase="Failed"} 0\n');
    expect(text).toContain(
      'mapreduce_job_progress_ratio{job_namespace="team",job_name="a"} 0.25\n',
    );
    expect(text).toContain(
      'mapreduce_job_tasks_completed{job_namespace="team",job_name="a"} 251\n',
    );
    jobs.length = 0;
    expect(await registry.metrics()).not.toContain('job_name="a"');
  });

  it('leave the jobs to the operator that leads, so that a sum counts each once', async () => {
    const registry = new Registry();
    let isLeading = false;
    const jobs = [job('a', { phase: 'Running' })];
    jobMetrics(registry, () => (isLeading ? jobs : undefined));
    const series = /^mapreduce_jobs?(_workers)?\{.*(Running|"a").*\} 1$/m;
    const ofJobs = /^mapreduce_(jobs|job_(progress_ratio|tasks_completed|workers|degraded))\{/m;
    expect(await registry.metrics()).not.toMatch(ofJobs);
    isLeading = true;
    expect(await registry.metrics()).toMatch(series);
    isLeading = false;
    expect(await registry.metrics()).not.toMatch(ofJobs);
  });

  it('tell of a job that cannot start, and no more of one that has ended', async () => {
    const registry = new Registry();
    const conditions = [{ type: 'Degraded', status: 'True', reason: 'ErrImagePull', message: '' }];
    const statuses = ['Starting', 'Failed'].map((phase) => job(phase, { phase, conditions }));
    jobMetrics(registry, () => statuses);
    const text = await registry.metrics();
    expect(text).toContain('mapreduce_job_degraded{job_namespace="team",job_name="Starting"} 1\n');
    expect(text).not.toContain('job_name="Failed"');
    expect(text).not.toContain('mapreduce_job_workers{');
  });

  it('add what a job came to when it has ended', async () => {
    const registry = new Registry();
    const metrics = jobMetrics(registry, () => []);
    const status = {
      startTime: '2026-01-01T00:00:00Z',
      completionTime: '2026-01-01T00:00:02Z',
      attempts: aReport().attempts,
      attempt: 1,
      coordinator: { generation: 3 },
    };
    metrics.finished({ result: 'failed', reason: 'TaskFailed', status });
    const text = await registry.metrics();
    expect(text).toContain(
      'mapreduce_jobs_finished_total{result="failed",reason="TaskFailed"} 1\n',
    );
    expect(text).toContain('mapreduce_job_duration_seconds_bucket{le="2",result="failed"} 1\n');
    expect(text).toContain('mapreduce_job_attempts_started_total 3\n');
    expect(text).toContain('mapreduce_job_coordinators_replaced_total 1\n');
    expect(text).toContain('mapreduce_job_attempts_total{outcome="fetch_failures"} 0\n');
  });
});
