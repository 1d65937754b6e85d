type Fields = Readonly<Record<string, unknown>>;

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A JSON merge patch, applied (RFC 7396). */
export function mergePatched(target: unknown, patch: unknown): unknown {
  if (!isFields(patch)) return patch;
  const result = new Map(isFields(target) ? Object.entries(target) : []);
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) result.delete(name);
    else result.set(name, mergePatched(result.get(name), value));
  }
  return Object.fromEntries(result);
}

/** What `applied` names, at the values it gives; what `before` named and it does not is removed. */
export function serverSideApplied(target: unknown, applied: unknown, before: unknown): unknown {
  if (!isFields(applied)) return applied;
  const result = new Map(isFields(target) ? Object.entries(target) : []);
  const owned: Fields = isFields(before) ? before : {};
  for (const [name, value] of Object.entries(applied)) {
    result.set(name, serverSideApplied(result.get(name), value, owned[name]));
  }
  for (const [name, value] of Object.entries(owned)) {
    if (name in applied) continue;
    const rest = isFields(value) ? serverSideApplied(result.get(name), {}, value) : undefined;
    if (isFields(rest) && Object.keys(rest).length > 0) result.set(name, rest);
    else result.delete(name);
  }
  return Object.fromEntries(result);
}
