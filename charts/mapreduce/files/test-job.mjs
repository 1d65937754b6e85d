/** Counts words on the cluster: creates a MapReduceJob, waits until it is complete, deletes it. */
import { readFileSync } from 'node:fs';

const account = '/var/run/secrets/kubernetes.io/serviceaccount';
const { JOB_NAMESPACE: namespace, JOB_NAME: name } = process.env;
const jobs = `https://kubernetes.default.svc/apis/mapreduce.dev/v1alpha1/namespaces/${namespace}/mapreducejobs`;
const deadline = Date.now() + 120_000;

const job = {
  apiVersion: 'mapreduce.dev/v1alpha1',
  kind: 'MapReduceJob',
  metadata: { name },
  spec: {
    program: { builtin: { name: 'wordcount' } },
    inputs: [{ text: { value: 'a rose is a rose is a rose\n' } }],
    reducers: 1,
    workers: { replicas: 1 },
  },
};

async function call(method, url, body) {
  const token = readFileSync(`${account}/token`, 'utf8');
  const response = await fetch(url, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${url}: ${response.status} ${text}`);
  return JSON.parse(text);
}

const holds = (conditions, type) => conditions?.find((c) => c.type === type && c.status === 'True');

await call('POST', jobs, job);
try {
  for (;;) {
    const { status } = await call('GET', `${jobs}/${name}`);
    if (holds(status?.conditions, 'Complete')) break;
    const failed = holds(status?.conditions, 'Failed');
    if (failed) throw new Error(`the job failed: ${failed.reason}: ${failed.message}`);
    if (Date.now() > deadline)
      throw new Error(`the job is not complete: ${JSON.stringify(status)}`);
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  console.log('A job ran to its end.');
} finally {
  await call('DELETE', `${jobs}/${name}`);
}
