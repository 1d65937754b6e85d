import { join } from 'node:path';
import { run, succeed } from '../support/run.ts';
import { root, step } from './step.ts';

/** A cluster with the product's images. */
export interface Cluster {
  /** What goes before a command so that it reaches the cluster. */
  readonly prefix: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  takeDown(): Promise<void>;
}

const components = ['coordinator', 'worker', 'operator'] as const;
/** As the chart's values name them. */
const imageOf = (component: string) => `mapreduce-${component}:0.1.0`;
const dockerfileOf = (component: string) => join(root, `Dockerfile.${component}`);

/** The cluster that KUBECONFIG names, or one brought up for this run. */
export function clusterToUse(scratch: string): Promise<Cluster> {
  const loader = process.env['MAPREDUCE_IMAGE_LOADER'];
  const isGiven = process.env['KUBECONFIG'] !== undefined && loader !== undefined;
  return isGiven ? givenCluster(loader) : ownCluster(scratch);
}

/** Images are built by docker and handed to the loader, such as `kind load docker-image`. */
async function givenCluster(loader: string): Promise<Cluster> {
  await step('build the images', async () => {
    for (const component of components) {
      const args = ['build', '-q', '-t', imageOf(component), '-f', dockerfileOf(component), root];
      await succeed('docker', args, { timeoutMs: 900_000 });
    }
  });
  await step('load the images', () =>
    succeed('sh', ['-c', `${loader} ${components.map(imageOf).join(' ')}`], { timeoutMs: 300_000 }),
  );
  return { prefix: [], env: {}, takeDown: () => Promise.resolve() };
}

async function ownCluster(scratch: string): Promise<Cluster> {
  const scripts = join(root, 'e2e/minicluster');
  const script = (name: string, ...args: readonly string[]) =>
    succeed(join(scripts, name), args, { timeoutMs: 900_000 });
  await step('install the programs', () => script('install'));
  await step('make the base images', async () => {
    await script('image', 'run-base', 'localhost/node-base:24', process.execPath);
    await script('image', 'build-base', 'localhost/node-build:24', process.execPath);
  });
  const archives = components.map((component) => join(scratch, `${component}.tar`));
  await step('build the images', async () => {
    // One after the other: the second and third take the first one's layers.
    for (const [index, component] of components.entries()) {
      const bases = ['BASE_IMAGE=localhost/node-base:24', 'BUILD_IMAGE=localhost/node-build:24'];
      const archive = archives[index] ?? '';
      await script(
        'image',
        'build',
        imageOf(component),
        dockerfileOf(component),
        root,
        archive,
        ...bases,
      );
    }
  });
  const takeDown = () => step('take the cluster down', () => run(join(scripts, 'down'), []));
  await step('bring the cluster up', () => script('up', '--replace', '--nodes', '3'));
  try {
    await step('load the images', () => script('load', ...archives));
  } catch (error) {
    await takeDown();
    throw error;
  }
  return {
    prefix: [join(scripts, 'in')],
    env: { MAPREDUCE_E2E_MINICLUSTER: '1' },
    takeDown: async () => {
      await takeDown();
    },
  };
}
