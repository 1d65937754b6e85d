import { dirname, resolve } from 'node:path';
import type { JobStatus } from '@mapreduce/protocol';
import { jobExitCode } from '../job-exit-code.ts';
import { auditLines } from '../view/audits.ts';
import { failureLines } from '../view/failure.ts';
import { styleOf } from '../view/style.ts';
import { summaryLines } from '../view/summary.ts';
import type { RunOptions } from './run-options.ts';

/** Says how a job ended: success to standard output, all else to standard error, with `--json` too. */
export function reportEnd(
  status: JobStatus,
  { output, json, quiet }: RunOptions,
  { entry, logs }: { readonly entry: string; readonly logs: string | undefined },
): void {
  const { stdout, stderr, env } = process;
  // Since this process began.
  const wallMs = performance.now();
  const print = (stream: NodeJS.WriteStream, lines: readonly string[]) =>
    void stream.write(`${lines.join('\n')}\n`);
  if (json) {
    const exitCode = jobExitCode(status);
    const event = { event: 'finished', state: status.state, exitCode, wallMs, logs, status };
    print(stdout, [JSON.stringify(event)]);
  }
  if (status.state === 'succeeded') {
    if (!quiet && !json)
      print(stdout, summaryLines(status, { output, wallMs, logs }, styleOf(stdout, env)));
  } else if (status.state === 'failed') {
    // The packages of the repository, or the one package that npm has installed.
    const ownFiles = resolve(dirname(entry), '../..');
    print(stderr, failureLines(status, { logs, ownFiles }, styleOf(stderr, env)));
  } else {
    print(stderr, [`cancelled: ${status.error?.cause.message ?? 'no reason given'}`]);
  }
  const warnings = json ? [] : auditLines(status, styleOf(stderr, env));
  if (warnings.length > 0) print(stderr, warnings);
}
