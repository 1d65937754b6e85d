/** What a machine needs for the suite on a cluster; run by any Node.js, as `npm test` asks too. */
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/**
 * Why the suite cannot run on this machine, if so.
 * @returns {string | undefined}
 */
export function whyNot() {
  const { KUBECONFIG, MAPREDUCE_IMAGE_LOADER } = process.env;
  if (KUBECONFIG !== undefined && MAPREDUCE_IMAGE_LOADER !== undefined) return undefined;
  const own = 'with KUBECONFIG and MAPREDUCE_IMAGE_LOADER it takes any cluster, and its own needs';
  if (process.platform !== 'linux' || !existsSync('/etc/debian_version')) return `${own} Debian`;
  if (process.getuid?.() !== 0) return `${own} root`;
  if (!hasGo() && !isBuilt()) return `${own} Go, to build Kubernetes`;
  return undefined;
}

function hasGo() {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/local/go/bin'];
  return folders.some((folder) => existsSync(join(folder, 'go')));
}

function isBuilt() {
  const { MAPREDUCE_MINICLUSTER_PREBUILT } = process.env;
  return (
    existsSync('/opt/minicluster/bin/stamp') || existsSync(MAPREDUCE_MINICLUSTER_PREBUILT ?? '')
  );
}
