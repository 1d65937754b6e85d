import type { Log, LogFields } from '../ports/log.ts';

const levels = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof levels)[number];

export interface NodeLogOptions {
  /** Facts below it are dropped. */
  readonly level: LogLevel;
  /** Which process speaks: `coordinator`, `worker`, … */
  readonly process: string;
  /** Default: standard error. */
  readonly write?: (line: string) => void;
}

/** A log that writes one JSON line per fact. */
export function nodeLog({ level, process: name, write }: NodeLogOptions): Log {
  const lowest = levels.indexOf(level);
  const print = write ?? ((line: string) => void process.stderr.write(line));
  const at = (own: LogLevel) =>
    levels.indexOf(own) < lowest
      ? () => undefined
      : (fact: string, fields?: LogFields) => {
          const head = { time: new Date().toISOString(), level: own, process: name, fact };
          print(`${JSON.stringify({ ...head, ...fields })}\n`);
        };
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}
