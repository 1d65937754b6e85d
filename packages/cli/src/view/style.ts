import { createColors } from 'picocolors';

/** How a view looks: its colours and how many columns it may use. */
export interface Style {
  readonly colors: ReturnType<typeof createColors>;
  readonly columns: number;
}

/** The style of a stream: NO_COLOR and pipes have no colours (https://no-color.org). */
export function styleOf(stream: NodeJS.WriteStream, env: NodeJS.ProcessEnv): Style {
  const wanted = stream.isTTY && (env['NO_COLOR'] ?? '') === '' && env['TERM'] !== 'dumb';
  return {
    colors: createColors(wanted),
    columns: stream.isTTY ? Math.max(20, stream.columns) : 100,
  };
}

/** Cuts text that is wider than `width`, with an ellipsis. Knows nothing of colours: style later. */
export function fit(text: string, width: number): string {
  const units = Array.from(text);
  return units.length <= width ? text : `${units.slice(0, Math.max(0, width - 1)).join('')}…`;
}

/**
 * One line of foreign text, where a terminal would obey its control characters: they are spelt out,
 * but for tabs, which do no harm.
 */
export function spelt(line: string): string {
  return line.replaceAll(
    /(?!\t)\p{Cc}/gu,
    (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`,
  );
}

/** Columns that text without colours takes; wide and combining characters are not told apart. */
export function widthOf(text: string): number {
  return Array.from(text).length;
}

/** The same, filled up with blanks. */
export function cell(text: string, width: number): string {
  const fitted = fit(text, width);
  return fitted + ' '.repeat(Math.max(0, width - widthOf(fitted)));
}

/** `12,345`, for whole numbers; without the 15 ms that loading a locale costs. */
export function grouped(count: number): string {
  return String(count).replaceAll(/\B(?=(?:\d{3})+$)/g, ',');
}

/** `1 file`, `2 files`. */
export function counted(count: number, noun: string): string {
  return `${grouped(count)} ${noun}${count === 1 ? '' : 's'}`;
}
