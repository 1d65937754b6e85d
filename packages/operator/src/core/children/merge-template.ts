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
 * key, lists that have a key by that, all else as the user wrote it.
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
