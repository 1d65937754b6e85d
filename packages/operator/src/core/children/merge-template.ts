type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
type JsonObject = { readonly [key: string]: Json };

/** Lists of a pod that are merged element by element, and what tells their elements apart. */
const mergeKeys: Readonly<Record<string, readonly string[]>> = {
  containers: ['name'],
  initContainers: ['name'],
  volumes: ['name'],
  env: ['name'],
  ports: ['containerPort', 'protocol'],
  volumeMounts: ['mountPath'],
  imagePullSecrets: ['name'],
  hostAliases: ['ip'],
  topologySpreadConstraints: ['topologyKey', 'whenUnsatisfiable'],
};

/**
 * The template with the user's wishes over it, as server-side apply would merge them: objects key by
 * key, lists that have a key by that, all else as the user wrote it. Only tolerations are added up:
 * ours say how soon a node is given up, which nobody who names a taint of his own means to change.
 */
export function mergeTemplate(ours: unknown, theirs: unknown): unknown {
  return merge(ours as Json, theirs as Json, '');
}

function merge(ours: Json, theirs: Json, field: string): Json {
  if (isObject(ours) && isObject(theirs)) {
    const merged: Record<string, Json> = { ...ours };
    for (const [key, value] of Object.entries(theirs)) {
      const own = ours[key];
      merged[key] = own === undefined ? value : merge(own, value, key);
    }
    return merged;
  }
  if (field === 'tolerations' && isList(ours) && isList(theirs)) {
    return [...theirs, ...ours.filter((own) => !theirs.some((their) => covers(their, own)))];
  }
  const keys = mergeKeys[field];
  if (keys !== undefined && isList(ours) && isList(theirs)) return mergeLists(ours, theirs, keys);
  return theirs;
}

function mergeLists(ours: readonly Json[], theirs: readonly Json[], keys: readonly string[]) {
  const merged = [...ours];
  for (const element of theirs) {
    const index = merged.findIndex((own) => identityOf(own, keys) === identityOf(element, keys));
    const own = merged[index];
    if (own === undefined) merged.push(element);
    else merged[index] = merge(own, element, '');
  }
  return merged;
}

/**
 * Whether one toleration answers for the taint that the other names, as Kubernetes sees it when it
 * adds its own two: no key is every key, no effect is every effect.
 */
function covers(toleration: Json, own: Json): boolean {
  if (!isObject(toleration) || !isObject(own)) return false;
  return (['key', 'effect'] as const).every((field) => {
    const value = toleration[field] ?? '';
    return value === '' || value === own[field];
  });
}

function identityOf(element: Json, keys: readonly string[]): string {
  if (!isObject(element)) return JSON.stringify(element);
  // The one default that tells elements apart.
  return JSON.stringify(keys.map((key) => element[key] ?? (key === 'protocol' ? 'TCP' : null)));
}

function isObject(value: Json): value is JsonObject {
  return typeof value === 'object' && value !== null && !isList(value);
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}
