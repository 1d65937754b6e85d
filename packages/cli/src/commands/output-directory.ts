import { CliError } from '../exit-codes.ts';

/** The directory that a command names; in a coordinator's pod, without one, that of its job. */
export function outputDirectory(named: string | undefined, env: NodeJS.ProcessEnv): string {
  const directory = named ?? env['MAPREDUCE_OUTPUT'];
  if (directory !== undefined && directory !== '') return directory;
  throw new CliError(
    'no output is named: give the output directory of a job (MAPREDUCE_OUTPUT names it in a coordinator of a cluster)',
  );
}
