import { basename } from 'node:path';
import { apiVersion, kind, longestJobName, mapReduceJobSchema } from '@mapreduce/protocol/resource';
import type { JobInput, JobOutput, ProgramSource } from '@mapreduce/protocol/resource';
import { CliError } from '../../exit-codes.ts';

export interface ManifestRequest {
  readonly namespace: string;
  /** Default: the program's name and something random. */
  readonly name: string | undefined;
  readonly programText: string;
  readonly program: ProgramSource;
  readonly inputs: readonly JobInput[];
  readonly output: JobOutput | undefined;
  /** Fields of the spec that were named; the others get the server's defaults. */
  readonly settings: Readonly<Record<string, unknown>>;
  readonly workers: Readonly<Record<string, unknown>>;
  /** A few letters that make a name of our own unique. */
  readonly suffix: string;
}

/** The resource that `submit` sends. Throws `CliError` that names every field at fault. */
export function manifest(request: ManifestRequest) {
  const { namespace, program, inputs, output, settings, workers } = request;
  const job = {
    apiVersion,
    kind,
    metadata: { name: request.name ?? ownName(request), namespace },
    spec: {
      program,
      inputs,
      ...(output !== undefined && { output }),
      ...settings,
      ...(Object.keys(workers).length > 0 && { workers }),
    },
  };
  const parsed = mapReduceJobSchema.safeParse(job);
  if (parsed.success) return job;
  const faults = parsed.error.issues.map(
    ({ path, message }) => `\n  ${path.length === 0 ? 'job' : path.join('.')}: ${message}`,
  );
  throw new CliError(`the job would be refused:${faults.join('')}`);
}

function ownName({ programText, suffix }: ManifestRequest): string {
  const stem = basename(programText)
    .replace(/\.[^.]*$/, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replace(/^[^a-z]+/, '')
    .slice(0, longestJobName - suffix.length - 1)
    .replace(/-+$/, '');
  return `${stem === '' ? 'job' : stem}-${suffix}`;
}

/** `volume`, or `pvc:CLAIM[/PATH]`. Throws `CliError`. */
export function readOutput(text: string): JobOutput {
  if (text === 'volume') return { volume: {} };
  const [, claimName, path = ''] = /^pvc:([^/]+)(?:\/(.*))?$/.exec(text) ?? [];
  if (claimName !== undefined) return { pvc: { claimName, path } };
  throw new CliError(`--output ${text}: expected volume or pvc:CLAIM/PATH`);
}
