import { parseArgs, type ParseArgsConfig } from 'node:util';
import { imageSchema } from '@mapreduce/protocol/resource';
import type { LogLevel } from '@mapreduce/service/node';
import * as z from 'zod';

/** What does not come from flags. */
export interface Environment {
  readonly POD_NAME?: string | undefined;
  readonly POD_NAMESPACE?: string | undefined;
}

/** One operator of several leads: the one that holds the Lease of this name. */
export interface Election {
  readonly namespace: string;
  readonly name: string;
  readonly identity: string;
}

export interface OperatorConfig {
  readonly images: {
    readonly coordinator: string;
    readonly worker: string;
    readonly pullPolicy: 'Always' | 'IfNotPresent' | 'Never';
  };
  /** Undefined: jobs that say nothing stay. */
  readonly ttlSeconds: number | undefined;
  /** Undefined: the whole cluster, its nodes included. */
  readonly namespaces: readonly string[] | undefined;
  /** Undefined: this process leads, as there is no other. */
  readonly election: Election | undefined;
  /** Jobs that are reconciled at once. */
  readonly concurrency: number;
  readonly logLevel: LogLevel;
  readonly metricsPort: number;
}

/** Why the operator does not start. One line a fault. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

const whole = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d+$/, `expected a whole number from ${min} to ${max}`)
    .transform(Number)
    .pipe(z.int().min(min).max(max));

const flagsSchema = z.strictObject({
  'coordinator-image': imageSchema,
  'worker-image': imageSchema,
  'image-pull-policy': z.enum(['Always', 'IfNotPresent', 'Never']).default('IfNotPresent'),
  'default-ttl-seconds': whole(0, 31_536_000).default(86_400),
  'watch-namespace': z
    .array(z.string().regex(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/, 'expected a namespace'))
    .optional(),
  'leader-election': z.boolean().default(false),
  'lease-name': z
    .string()
    .regex(/^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/, 'expected the name of a Lease')
    .default('mapreduce-operator'),
  concurrency: whole(1, 100).default(4),
  'log-level': z.enum(['debug', 'info', 'warn', 'error']).default('info'),
  'metrics-port': whole(0, 65_535).default(9_090),
});

const options = {
  'coordinator-image': { type: 'string' },
  'worker-image': { type: 'string' },
  'image-pull-policy': { type: 'string' },
  'default-ttl-seconds': { type: 'string' },
  'watch-namespace': { type: 'string', multiple: true },
  'leader-election': { type: 'boolean' },
  'lease-name': { type: 'string' },
  concurrency: { type: 'string' },
  'log-level': { type: 'string' },
  'metrics-port': { type: 'string' },
} as const satisfies ParseArgsConfig['options'];

/** Reads the command line once; throws `ConfigError` with every fault that it has. */
export function readConfig(args: readonly string[], environment: Environment): OperatorConfig {
  const parsed = flagsSchema.safeParse(readFlags(args));
  const faults = (parsed.error?.issues ?? []).map(
    ({ path, message }) => `--${String(path[0] ?? '')}: ${message}`,
  );
  const { POD_NAME: identity, POD_NAMESPACE: namespace } = environment;
  const elects = parsed.data?.['leader-election'] === true;
  if (elects && (identity === undefined || namespace === undefined)) {
    faults.push('--leader-election: expected POD_NAME and POD_NAMESPACE in the environment');
  }
  if (!parsed.success || faults.length > 0) throw new ConfigError(faults.join('\n'));
  const flags = parsed.data;
  const ttl = flags['default-ttl-seconds'];
  return {
    images: {
      coordinator: flags['coordinator-image'],
      worker: flags['worker-image'],
      pullPolicy: flags['image-pull-policy'],
    },
    ttlSeconds: ttl === 0 ? undefined : ttl,
    namespaces: flags['watch-namespace'],
    election:
      elects && identity !== undefined && namespace !== undefined
        ? { identity, namespace, name: flags['lease-name'] }
        : undefined,
    concurrency: flags.concurrency,
    logLevel: flags['log-level'],
    metricsPort: flags['metrics-port'],
  };
}

function readFlags(args: readonly string[]): unknown {
  try {
    return parseArgs({ args: [...args], options, strict: true }).values;
  } catch (error) {
    throw new ConfigError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}
