/** One fact a line. Fields are JSON values; no secrets, and no program text. */
export type LogFields = Readonly<Record<string, string | number | boolean | null | undefined>>;

export interface Log {
  debug(fact: string, fields?: LogFields): void;
  info(fact: string, fields?: LogFields): void;
  warn(fact: string, fields?: LogFields): void;
  error(fact: string, fields?: LogFields): void;
}
