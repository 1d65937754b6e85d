import { valuesTable } from './files.ts';

/** The chart's README. */
export function chartReadme(): string {
  return `# mapreduce

Fault-tolerant MapReduce for Kubernetes: the operator turns each MapReduceJob into one coordinator and
a Deployment of workers. Made from \`packages/operator/src/chart\` by \`npm run generate\`.

\`\`\`text
helm install mapreduce charts/mapreduce
kubectl apply -f deploy/jobs/wordcount-job.yaml
kubectl wait mrj/wordcount --for=condition=Complete --timeout=2m
\`\`\`

\`helm test mapreduce\` runs a job to its end. [docs/operations.md](../../docs/operations.md) has upgrades, sizing
and what to do when something is wrong; [docs/mapreducejob.md](../../docs/mapreducejob.md) has a job's fields.

## What it needs

Kubernetes 1.29 or newer. No webhook, no certificates, no storage class. The namespace may enforce the
restricted Pod Security standard. Without \`watchNamespaces\` the operator has a ClusterRole: it reads
MapReduceJobs and nodes, and makes pods, Deployments, Services, ConfigMaps, Secrets, claims, NetworkPolicies
and PodDisruptionBudgets. With it, a Role in each of those namespaces, and nothing beyond them. It can
neither list Secrets, nor exec into pods, nor write roles.

The CustomResourceDefinition is one of the chart's templates, so \`helm upgrade\` upgrades it, and
\`helm uninstall\` keeps it with all jobs. \`crds.keep: false\` deletes both.

## Values

${valuesTable()}
`;
}
