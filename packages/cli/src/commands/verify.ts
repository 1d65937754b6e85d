import { nodeDigest, nodeDisk } from '@mapreduce/service/node';
import { verifyOutput } from '@mapreduce/storage';
import { CliError, exitCodes, type ExitCode } from '../exit-codes.ts';
import { formatSize } from '../values/size.ts';
import { counted } from '../view/style.ts';
import { existsSync } from 'node:fs';

/** Proves a finished output against its commit records, or prints every fault that it finds. */
export async function verify(directory: string): Promise<ExitCode> {
  if (!existsSync(directory)) throw new CliError(`output ${directory}: no such directory`);
  const verification = await verifyOutput(nodeDisk, nodeDigest, directory);
  const { findings, parts, bytes, records, skipped, deterministic } = verification;
  if (findings.length > 0) {
    process.stderr.write(findings.map((finding) => `error: ${finding}\n`).join(''));
    return exitCodes.failed;
  }
  process.stdout.write(
    `whole: ${counted(parts, 'part')}, ${formatSize(bytes)}, made of ${counted(records, 'intermediate record')}; ` +
      (skipped === 0 ? '' : `${counted(skipped, 'bad record')} left out; `) +
      (deterministic
        ? 'every digest and count agrees\n'
        : 'every digest agrees; the program says that it is not deterministic, so that parts may be made of different runs of a map\n'),
  );
  return exitCodes.done;
}
