import { describe, expect, it } from '@jest/globals';
import { aSource, aSpec, identity } from '../testing/builders.ts';
import { coordinatorPod } from './coordinator-pod.ts';
import { workerDeployment } from './worker-deployment.ts';

const disk = 'ephemeral-storage';
/** What the first container of a pod, or of a Deployment's, asks for. */
function requestsOf(object: ReturnType<typeof coordinatorPod>): unknown {
  const spec = object['spec'] as { readonly template?: { readonly spec: object } };
  const { containers } = (spec.template?.spec ?? spec) as {
    readonly containers: readonly { readonly resources: { readonly requests: object } }[];
  };
  return containers[0]?.resources.requests;
}

describe("what a job's pods ask of their nodes' disks", () => {
  it('is a tenth of what their volumes may take', () => {
    const source = aSource(aSpec({ workers: { disk: '100Gi' } }));
    expect(requestsOf(workerDeployment(identity, source, 1))).toMatchObject({ [disk]: '10266Mi' });
    expect(requestsOf(coordinatorPod(identity, source, 1))).toMatchObject({ [disk]: '1050Mi' });
  });

  it('is little where a claim holds the data', () => {
    const coordinator = { volume: { claim: { size: '100Gi' } }, resources: {} };
    const pod = coordinatorPod(identity, aSource(aSpec({ coordinator })), 1);
    expect(requestsOf(pod)).toEqual({ [disk]: '26Mi' });
  });

  it.each([{ requests: { [disk]: '1Gi' } }, { limits: { [disk]: '1Mi' } }])(
    'is what the user says: %p',
    (resources) => {
      const source = aSource(aSpec({ workers: { resources } }));
      expect(workerDeployment(identity, source, 1)).toMatchObject({
        spec: { template: { spec: { containers: [{ resources }] } } },
      });
    },
  );
});
