import { group, kind, mapReduceJobSchema, plural, version } from '@mapreduce/protocol/resource';
import { lower, type StructuralSchema } from './lower.ts';

interface PrinterColumn {
  readonly name: string;
  readonly type: 'string' | 'integer' | 'date';
  readonly jsonPath: string;
  readonly description: string;
  /** Above 0: shown by `-o wide` alone. */
  readonly priority?: number;
}

const columns: readonly PrinterColumn[] = [
  {
    name: 'Phase',
    type: 'string',
    jsonPath: '.status.phase',
    description: 'What the job does now',
  },
  {
    name: 'Progress',
    type: 'integer',
    jsonPath: '.status.progress.percentage',
    description: 'Of all tasks, in percent',
  },
  {
    name: 'Maps',
    type: 'string',
    jsonPath: '.status.maps',
    description: 'Maps completed of all',
  },
  {
    name: 'Reduces',
    type: 'string',
    jsonPath: '.status.reduces',
    description: 'Reduces completed of all',
  },
  {
    name: 'Workers',
    type: 'integer',
    jsonPath: '.status.workers.ready',
    description: 'Workers that are ready',
  },
  { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp', description: 'Since then' },
  {
    name: 'Coordinator',
    type: 'string',
    jsonPath: '.status.coordinator.pod',
    description: 'Pod of the coordinator',
    priority: 1,
  },
  {
    name: 'Failure',
    type: 'string',
    jsonPath: '.status.failure.message',
    description: 'Why it failed',
    priority: 1,
  },
];

/** The root's own fields are the API server's; a schema of them may say no more. */
function rootSchema(): StructuralSchema {
  const { properties, ...root } = lower(mapReduceJobSchema);
  const { spec, status } = properties ?? {};
  if (spec === undefined || status === undefined) throw new Error('no spec or status');
  return {
    ...root,
    description: 'A MapReduce job, from its program and inputs to its output.',
    required: ['spec'],
    properties: {
      apiVersion: { type: 'string' },
      kind: { type: 'string' },
      metadata: { type: 'object' },
      spec,
      status,
    },
  };
}

/** The CustomResourceDefinition of MapReduceJobs, as the API server takes it. */
export function customResourceDefinition() {
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${group}` },
    spec: {
      group,
      scope: 'Namespaced',
      names: {
        kind,
        listKind: `${kind}List`,
        plural,
        singular: kind.toLowerCase(),
        shortNames: ['mrj'],
      },
      versions: [
        {
          name: version,
          served: true,
          storage: true,
          schema: { openAPIV3Schema: rootSchema() },
          additionalPrinterColumns: columns,
          subresources: {
            status: {},
            scale: {
              specReplicasPath: '.spec.workers.replicas',
              statusReplicasPath: '.status.workers.replicas',
              labelSelectorPath: '.status.workers.selector',
            },
          },
        },
      ],
    },
  };
}
