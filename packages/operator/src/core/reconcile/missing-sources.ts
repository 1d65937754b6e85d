import {
  configMaps,
  secrets,
  type ApiClient,
  type KubeObject,
} from '@mapreduce/controller-runtime';
import type { MissingSource } from '../observed.ts';

interface Pod extends KubeObject {
  readonly spec?: {
    readonly volumes?: readonly {
      readonly configMap?: {
        readonly name?: string;
        readonly optional?: boolean;
        readonly items?: readonly { readonly key: string }[];
      };
      readonly secret?: { readonly secretName?: string; readonly optional?: boolean };
    }[];
  };
}

/** What of a pod's ConfigMaps and Secrets is not there. Kubelets tell it in events alone. */
export async function missingSources(
  client: ApiClient,
  pod: KubeObject,
  signal: AbortSignal,
): Promise<MissingSource[]> {
  const { metadata, spec } = pod as Pod;
  const { namespace = '' } = metadata;
  const missing = await Promise.all(
    (spec?.volumes ?? []).map(async ({ configMap, secret }): Promise<MissingSource[]> => {
      if (secret?.secretName !== undefined && secret.optional !== true) {
        const what = `Secret ${secret.secretName}`;
        const key = { namespace, name: secret.secretName };
        const found = await client.get(secrets, key, { signal });
        return found === undefined ? [absent(what)] : [];
      }
      if (configMap?.name === undefined || configMap.optional === true) return [];
      const what = `ConfigMap ${configMap.name}`;
      const key = { namespace, name: configMap.name };
      const found = await client.get(configMaps, key, { signal });
      if (found === undefined) return [absent(what)];
      const keys = { ...(found['data'] as object), ...(found['binaryData'] as object) };
      return (configMap.items ?? [])
        .filter((item) => !Object.hasOwn(keys, item.key))
        .map((item) => ({ what, message: `${what} has no key ${item.key}` }));
    }),
  );
  return [...new Map(missing.flat().map((source) => [source.message, source])).values()];
}

function absent(what: string): MissingSource {
  return { what, message: `${what} is not there` };
}
