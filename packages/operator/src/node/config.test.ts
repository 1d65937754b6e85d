import { describe, expect, it } from '@jest/globals';
import { ConfigError, readConfig } from './config.ts';

const images = ['--coordinator-image', 'coordinator:1', '--worker-image=worker:1'];

/** What is wrong with a command line, a line each. */
function faultsOf(args: readonly string[], environment = {}): string[] {
  try {
    readConfig(args, environment);
    return [];
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    return (error as ConfigError).message.split('\n');
  }
}

describe("the operator's command line", () => {
  it('needs the images alone, and watches the whole cluster', () => {
    expect(readConfig(images, {})).toEqual({
      images: { coordinator: 'coordinator:1', worker: 'worker:1', pullPolicy: 'IfNotPresent' },
      ttlSeconds: 86_400,
      namespaces: undefined,
      election: undefined,
      concurrency: 4,
      logLevel: 'info',
      metricsPort: 9_090,
    });
  });

  it('keeps finished jobs for ever with a TTL of 0', () => {
    expect(readConfig([...images, '--default-ttl-seconds=0'], {}).ttlSeconds).toBeUndefined();
  });

  it('takes several namespaces, and an election by the names of its pod', () => {
    const args = [...images, '--watch-namespace=a', '--watch-namespace', 'b', '--leader-election'];
    expect(readConfig(args, { POD_NAME: 'operator-1', POD_NAMESPACE: 'system' })).toMatchObject({
      namespaces: ['a', 'b'],
      election: { identity: 'operator-1', namespace: 'system', name: 'mapreduce-operator' },
    });
    const lease = ['--lease-name', 'other-operator'];
    expect(
      readConfig([...args, ...lease], { POD_NAME: 'operator-1', POD_NAMESPACE: 'system' }).election,
    ).toEqual({ identity: 'operator-1', namespace: 'system', name: 'other-operator' });
  });

  it('tells every fault at once', () => {
    const wrong = ['--worker-image=a b', '--concurrency=0', '--leader-election', '--lease-name=A'];
    expect(faultsOf(wrong).map((fault) => fault.split(':')[0])).toEqual([
      '--coordinator-image',
      '--worker-image',
      '--lease-name',
      '--concurrency',
    ]);
    expect(faultsOf([...images, '--leader-election'])).toEqual([
      '--leader-election: expected POD_NAME and POD_NAMESPACE in the environment',
    ]);
  });

  it('does not know a flag that is misspelt', () => {
    expect(faultsOf([...images, '--watch-namespaces=a'])[0]).toContain('--watch-namespaces');
  });
});
