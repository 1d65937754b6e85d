import { ProgramError } from '@mapreduce/engine';
import type { AttemptError, FailureKind } from '@mapreduce/protocol';
import { DiskError, TransportError } from '@mapreduce/service';
import { InputError, type RecordPosition } from '@mapreduce/storage';

/** The limits of attemptErrorSchema. */
const limits = { message: 16_384, stack: 65_536, file: 4_096 } as const;

/**
 * What to report for an error that ended an attempt. A program's error keeps its own message and
 * stack; a disk error below `outputDirectory` is the output's.
 */
export function describeError(error: unknown, outputDirectory: string | undefined): AttemptError {
  const position =
    error instanceof ProgramError || error instanceof InputError ? error.position : undefined;
  const stack = stackOf(error);
  return {
    kind: kindOf(error, outputDirectory),
    message: (error instanceof Error ? error.message : String(error)).slice(0, limits.message),
    ...(stack !== undefined && { stack: stack.slice(0, limits.stack) }),
    ...(position !== undefined && placeOf(position)),
  };
}

function kindOf(error: unknown, outputDirectory: string | undefined): FailureKind {
  if (error instanceof InputError) return 'input';
  // The coordinator cannot be reached, which no attempt can be blamed for.
  if (error instanceof TransportError) return 'released';
  if (error instanceof DiskError) {
    const isOutput = outputDirectory !== undefined && error.path.startsWith(outputDirectory);
    return isOutput ? 'output' : 'disk';
  }
  return error instanceof Error && error.name === 'FormatError' ? 'disk' : 'program';
}

/** Where the user's code threw; for other kinds of error the message says it all. */
function stackOf(error: unknown): string | undefined {
  if (
    error instanceof InputError ||
    error instanceof DiskError ||
    error instanceof TransportError ||
    !(error instanceof Error)
  ) {
    return undefined;
  }
  const thrown = error instanceof ProgramError ? error.cause : error;
  return thrown instanceof Error ? thrown.stack : undefined;
}

function placeOf({ file, offset }: RecordPosition): { file: string; offset: number } {
  return { file: file.slice(0, limits.file), offset };
}
