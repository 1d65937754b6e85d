import { cell, widthOf } from '../view/style.ts';

/** Columns of text, two blanks between them. Every row has as many cells as the first. */
export function table(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => widthOf(row[column] ?? ''))),
  );
  return rows.map((row) =>
    row
      .map((text, column) => cell(text, widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
