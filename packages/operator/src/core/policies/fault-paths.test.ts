import { expect, it } from '@jest/globals';
import { aSpec } from '../testing/builders.ts';
import { faultPaths } from './fault-paths.ts';

const template = { spec: { nodeSelector: { disk: 'much' } } };
const ofTemplates = aSpec({ workers: { template }, coordinator: { template } });
const resources = { requests: { cpu: 4 }, limits: { cpu: 1 } };
const ofResources = aSpec({ workers: { template, resources } });

it.each<[string, string, readonly string[], ReturnType<typeof aSpec>]>([
  ['spec.coordinator.template.spec.nodeSelector', 'Pod c', ['spec.nodeSelector'], ofTemplates],
  [
    'spec.workers.template.spec.tolerations[0].key, spec.workers.template.metadata.annotations',
    'Deployment w',
    ['spec.template.spec.tolerations[0].key', 'spec.template.metadata.annotations'],
    ofTemplates,
  ],
  ['spec.workers.template', 'Deployment w', [], ofTemplates],
  ['spec.workers', 'Deployment w', [], aSpec()],
  [
    'spec.workers.resources',
    'Deployment w',
    ['spec.template.spec.containers[0].resources.requests'],
    ofResources,
  ],
  ['spec.coordinator.volume.claim', 'PersistentVolumeClaim c', ['spec.resources'], aSpec()],
  ['spec', 'ConfigMap j', ['[]'], aSpec()],
])('a fault is at %s', (path, what, fields, spec) => {
  const refusal = { what, fields, reason: 'Invalid', message: '', isInvalid: true };
  expect(faultPaths(refusal, spec)).toBe(path);
});
