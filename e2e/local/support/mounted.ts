/**
 * Runs a command in a mount namespace of its own, prepared by `mount`. What `leftovers` prints
 * afterwards is reported on standard error.
 */
export function mounted(mount: string, leftovers = 'true'): string[] {
  const unshare = process.getuid?.() === 0 ? ['--mount'] : ['--map-root-user', '--mount'];
  const report = `${leftovers} | sed 's/^/left behind: /' >&2`;
  const script = `${mount} && "$@"; code=$?; ${report}; exit $code`;
  return ['unshare', ...unshare, 'sh', '-c', script, 'sh'];
}
