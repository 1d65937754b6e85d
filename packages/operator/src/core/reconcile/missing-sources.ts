import { configMaps, type ApiClient, type KubeObject } from '@mapreduce/controller-runtime';

interface Pod extends KubeObject {
  readonly spec?: {
    readonly volumes?: readonly {
      readonly configMap?: {
        readonly name?: string;
        readonly optional?: boolean;
        readonly items?: readonly { readonly key: string }[];
      };
    }[];
  };
}

/**
 * What ConfigMaps that a pod mounts do not hold: `ConfigMap NAME is not there`, or that a key is not.
 * Kubelets tell that in events alone, which the operator does not read.
 */
export async function missingConfigMaps(
  client: ApiClient,
  pod: KubeObject,
  signal: AbortSignal,
): Promise<string[]> {
  const { metadata, spec } = pod as Pod;
  const { namespace = '' } = metadata;
  const mounted = (spec?.volumes ?? []).flatMap(({ configMap }) =>
    configMap?.name === undefined || configMap.optional === true ? [] : [configMap],
  );
  const missing = await Promise.all(
    mounted.map(async ({ name = '', items = [] }) => {
      const found = await client.get(configMaps, { namespace, name }, { signal });
      if (found === undefined) return [`ConfigMap ${name} is not there`];
      const keys = { ...(found['data'] as object), ...(found['binaryData'] as object) };
      return items
        .filter(({ key }) => !Object.hasOwn(keys, key))
        .map(({ key }) => `ConfigMap ${name} has no key ${key}`);
    }),
  );
  return [...new Set(missing.flat())];
}
