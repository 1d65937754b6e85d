import { defineResource, type Resource } from './resource.ts';

/** Resources that most controllers meet. Give their objects a type with `as` of your own. */
const core = (kind: string, plural: string, namespaced = true) =>
  defineResource({ group: '', version: 'v1', kind, plural, namespaced });

export const pods = core('Pod', 'pods');
export const services = core('Service', 'services');
export const secrets = core('Secret', 'secrets');
export const configMaps = core('ConfigMap', 'configmaps');
export const namespaces = core('Namespace', 'namespaces', false);
export const nodes = core('Node', 'nodes', false);

export const deployments: Resource = defineResource({
  group: 'apps',
  version: 'v1',
  kind: 'Deployment',
  plural: 'deployments',
  namespaced: true,
});
