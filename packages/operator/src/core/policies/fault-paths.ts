import type { JobSpec } from '@mapreduce/protocol/resource';
import type { Refusal } from '../observed.ts';

type PodsOf = 'coordinator' | 'workers';

/** Where in the spec the faults of an object that was refused come from, as a list of paths. */
export function faultPaths({ what, fields }: Refusal, spec: JobSpec): string {
  const [kind = ''] = what.split(' ');
  const paths = fields.length === 0 ? [''] : fields;
  return [...new Set(paths.map((field) => faultPath(kind, field, spec)))].slice(0, 5).join(', ');
}

function faultPath(kind: string, field: string, spec: JobSpec): string {
  switch (kind) {
    case 'Pod':
      return podPath('coordinator', field, spec);
    case 'Deployment':
      return podPath('workers', field.replace(/^spec\.template\.?/, ''), spec);
    case 'PersistentVolumeClaim':
      return 'spec.coordinator.volume.claim';
    case 'ConfigMap':
      // It holds the whole of it.
      return 'spec';
    default:
      return kind;
  }
}

/** A fault of a pod, by its path in it: most come from the user's template, some from other fields. */
function podPath(pods: PodsOf, field: string, spec: JobSpec): string {
  const own = `spec.${pods}`;
  const { image, resources, template } = spec[pods];
  const [, part] = /^spec\.containers\[\d+\]\.(image|resources)\b/.exec(field) ?? [];
  if (part === 'image' && image !== undefined) return `${own}.image`;
  if (part === 'resources' && resources !== undefined) return `${own}.resources`;
  if (template === undefined) return own;
  return field === '' ? `${own}.template` : `${own}.template.${field}`;
}
