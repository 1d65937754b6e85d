import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import type { Command } from './command.ts';
import { hasProc } from './proc.ts';
import { ProcessSampler } from './process-sampler.ts';

export interface Measurement {
  /** From the start of the command to its end. */
  readonly seconds: number;
  /**
   * User and system time of all its processes, each as of 50 ms before its end at worst; undefined
   * where the platform does not tell.
   */
  readonly cpuSeconds: number | undefined;
  /** Peak of all its processes together; undefined where it was not sampled. */
  readonly peakBytes: number | undefined;
}

export interface MeasureOptions {
  /** Where standard output and error go. */
  readonly log: string;
  /** Reading page tables costs time, so a run that is timed does not sample. */
  readonly sampleMemory: boolean;
  readonly timeoutSeconds: number;
}

/** A command that ended with anything but 0; the message holds the tail of what it printed. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
}

/**
 * Runs a command to its end. A timeout or Ctrl-C kills all its processes, and so does its end those
 * that outlive it, lest they disturb the next.
 */
export async function measure(command: Command, options: MeasureOptions): Promise<Measurement> {
  const output = openSync(options.log, 'w');
  const sampler = hasProc ? new ProcessSampler({ withMemory: options.sampleMemory }) : undefined;
  const start = performance.now();
  const child = spawn(command.program, command.args, {
    stdio: ['ignore', output, output],
    ...(command.cwd === undefined ? {} : { cwd: command.cwd }),
    env: { ...process.env, ...sampler?.environment, ...command.env },
  });
  const kill = () => {
    child.kill('SIGKILL');
    sampler?.kill();
  };
  const timer = setTimeout(kill, options.timeoutSeconds * 1000);
  process.on('exit', kill);
  try {
    const end = await ending(child);
    const seconds = (performance.now() - start) / 1000;
    const sampled = await sampler?.stop();
    if (end !== 0) {
      const tail = readFileSync(options.log, 'utf8').trimEnd().slice(-2_000);
      throw new CommandError(`${command.program} ended with ${end}:\n${tail}`);
    }
    return { seconds, cpuSeconds: sampled?.cpuSeconds, peakBytes: sampled?.peakBytes };
  } finally {
    clearTimeout(timer);
    process.off('exit', kill);
    await sampler?.stop();
    closeSync(output);
  }
}

function ending(child: ReturnType<typeof spawn>): Promise<number | string> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve(code ?? signal ?? 'no exit code'));
  });
}
