export interface LineFlags {
  /** Warnings and errors alone. */
  readonly failed?: boolean;
  /** `map-3` or `reduce-0`: what concerns this task alone. */
  readonly task?: string;
}

/** Which lines of a log are wanted. A line that is no JSON is a program's own, and is kept. */
export function lineFilter({ failed = false, task }: LineFlags): (line: string) => boolean {
  return (line) => {
    const fact = parsed(line);
    if (failed && fact !== undefined && fact['level'] !== 'warn' && fact['level'] !== 'error') {
      return false;
    }
    return task === undefined || concerns(line, task);
  };
}

/** Attempts are called `…-map-3-0`, tasks `map 3` or `map-3`. */
function concerns(line: string, task: string): boolean {
  const [kind = '', index = ''] = task.split('-');
  return new RegExp(`\\b${kind}[- ]${index}\\b`).test(line);
}

function parsed(line: string): Readonly<Record<string, unknown>> | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    return JSON.parse(line) as Readonly<Record<string, unknown>>;
  } catch {
    return undefined;
  }
}
