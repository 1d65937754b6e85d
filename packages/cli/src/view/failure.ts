import type { JobStatus } from '@mapreduce/protocol';
import { formatDuration } from '../values/duration.ts';
import { cell, spelt, type Style } from './style.ts';

type JobError = NonNullable<JobStatus['error']>;

const causes: Readonly<Record<JobError['cause']['kind'], string>> = {
  program: 'the program failed',
  input: 'the input cannot be used',
  exit: 'the program ended its process',
  memory: 'the program ran out of memory',
  timeout: 'the task timed out',
  disk: 'the disk failed',
  output: 'the output directory cannot be written',
  released: 'the attempt was given up',
};

const remedies: Readonly<Record<JobError['cause']['kind'], string>> = {
  program: 'mend the program and run it again',
  input: 'mend or leave out the input and run again',
  exit: 'do not call process.exit in map, combine or reduce: throw an error instead',
  memory: 'keep less in memory: emit instead of collecting, or raise --memory',
  timeout: 'look for an endless loop or an input that does not come, or raise --task-timeout',
  disk: 'free space where TMPDIR lies, or set TMPDIR to a larger disk',
  output: 'free space there or name another directory with -o',
  released: 'run it again',
};

/**
 * What is said at the end of a job that failed: the user's own error first. `ownFiles` is where this
 * command's files lie, as stacks name it.
 */
export function failureLines(
  status: JobStatus,
  { logs, ownFiles }: { readonly logs: string | undefined; readonly ownFiles: string },
  { colors }: Style,
): string[] {
  const error: JobError = status.error ?? {
    code: 'internal',
    cause: { kind: 'released', message: 'the coordinator gave no reason' },
  };
  const { cause } = error;
  const where = error.task === undefined ? '' : ` in ${error.task}`;
  const fact = (name: string, text: string) => `  ${cell(name, 9)} ${text}`;
  return [
    `${colors.red('failed')}${where} after ${formatDuration(status.elapsedMs)}: ${causes[cause.kind]}`,
    '',
    ...errorText(cause, ownFiles).map((line) => `  ${spelt(line)}`),
    '',
    ...(cause.file === undefined
      ? []
      : [
          fact(
            'record',
            spelt(cause.file) + (cause.offset === undefined ? '' : ` at byte ${cause.offset}`),
          ),
        ]),
    ...(cause.exitCode === undefined ? [] : [fact('exit code', String(cause.exitCode))]),
    ...(cause.signal === undefined ? [] : [fact('signal', cause.signal)]),
    ...(logs === undefined ? [] : [fact('logs', logs)]),
    fact('next', remedies[cause.kind]),
  ];
}

/** The stack, which begins with the message, or else the message. */
function errorText({ message, stack }: JobError['cause'], ownFiles: string): string[] {
  if (stack === undefined) return message.split('\n');
  const text = stack.includes(message) ? stack : `${message}\n${stack}`;
  return withoutOwnFrames(text.trimEnd().split('\n'), ownFiles);
}

/** Leaves out what lies between the user's functions and the bottom of the stack: our own code. */
function withoutOwnFrames(lines: readonly string[], ownFiles: string): string[] {
  return lines.filter(
    (line) => !/^\s+at /.test(line) || !(line.includes(ownFiles) || line.includes('node:internal')),
  );
}
