import type { KubeObject } from '../api/object.ts';

type Matches = (value: string | undefined) => boolean;

const setRequirement = /^(?<name>\S+)\s+(?<operator>in|notin)\s+\((?<values>[^)]*)\)$/;
const equality = /^(?<name>[^=!\s]+)\s*(?<operator>==|=|!=)\s*(?<value>\S*)$/;

/** Commas that are not in the parentheses of a set. */
const separators = /,(?![^(]*\))/;

function requirement(text: string): readonly [string, Matches] {
  const set = setRequirement.exec(text)?.groups;
  if (set !== undefined) {
    const values = (set['values'] ?? '').split(',').map((value) => value.trim());
    const isIn: Matches = (value) => value !== undefined && values.includes(value);
    return [set['name'] ?? '', set['operator'] === 'in' ? isIn : (value) => !isIn(value)];
  }
  const equal = equality.exec(text)?.groups;
  if (equal !== undefined) {
    const wanted = equal['value'] ?? '';
    const differs = equal['operator'] === '!=';
    return [equal['name'] ?? '', (value) => (value === wanted) !== differs];
  }
  if (text.startsWith('!')) return [text.slice(1), (value) => value === undefined];
  return [text, (value) => value !== undefined];
}

function requirements(selector: string | undefined) {
  const texts = (selector ?? '').split(separators).map((text) => text.trim());
  return texts.filter((text) => text !== '').map(requirement);
}

function fieldOf(object: KubeObject, path: string): string | undefined {
  let value: unknown = object;
  for (const name of path.split('.')) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as Readonly<Record<string, unknown>>)[name];
  }
  const isScalar = ['string', 'number', 'boolean'].includes(typeof value);
  return isScalar ? String(value) : undefined;
}

/** Whether an object is selected, as the API server's selectors of labels and fields are read. */
export function selects(
  object: KubeObject,
  labelSelector: string | undefined,
  fieldSelector: string | undefined,
): boolean {
  const labels = object.metadata.labels ?? {};
  return (
    requirements(labelSelector).every(([name, matches]) => matches(labels[name])) &&
    requirements(fieldSelector).every(([path, matches]) => matches(fieldOf(object, path) ?? ''))
  );
}
