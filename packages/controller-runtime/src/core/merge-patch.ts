/** What a JSON value is, without naming its parts. */
type Plain = Readonly<Record<string, unknown>>;

function isPlain(value: unknown): value is Plain {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether two JSON values are equal; an absent field equals one that is undefined. */
export function jsonEqual(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((item, index) => jsonEqual(item, b[index]));
  }
  if (!isPlain(a) || !isPlain(b)) return false;
  const names = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...names].every((name) => jsonEqual(a[name], b[name]));
}

/**
 * The JSON merge patch (RFC 7396) that makes `after` of `before`; undefined where they are equal.
 * Lists are replaced whole.
 */
export function mergePatch(before: unknown, after: object): Plain | undefined {
  const old = isPlain(before) ? before : {};
  const wanted = after as Plain;
  const patch: Record<string, unknown> = {};
  for (const name of new Set([...Object.keys(old), ...Object.keys(wanted)])) {
    const [from, to] = [old[name], wanted[name]];
    if (jsonEqual(from, to)) continue;
    if (to === undefined) patch[name] = null;
    else patch[name] = isPlain(from) && isPlain(to) ? (mergePatch(from, to) ?? {}) : to;
  }
  return Object.keys(patch).length === 0 ? undefined : patch;
}
