const digits = /^(?:0|[1-9][0-9]*)$/;

/**
 * Whether version `a` is older than `b`. Versions are decimal numbers, which Kubernetes promises for
 * its own and for custom resources; of anything else nothing is known, so it is older than nothing.
 */
export function isOlder(a: string, b: string): boolean {
  if (!digits.test(a) || !digits.test(b)) return false;
  return a.length === b.length ? a < b : a.length < b.length;
}
