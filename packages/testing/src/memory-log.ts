import type { Log, LogFields } from '@mapreduce/service';

export interface LoggedFact {
  readonly level: keyof Log;
  readonly fact: string;
  readonly fields: LogFields | undefined;
}

/** A log that keeps what it is told. */
export class MemoryLog implements Log {
  readonly facts: LoggedFact[] = [];
  readonly debug = this.#at('debug');
  readonly info = this.#at('info');
  readonly warn = this.#at('warn');
  readonly error = this.#at('error');

  #at(level: keyof Log) {
    return (fact: string, fields?: LogFields): void =>
      void this.facts.push({ level, fact, fields });
  }
}
