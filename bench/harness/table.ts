/** Columns as wide as they need, the first to the left and all others to the right. */
export function formatTable(
  header: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  const lines = [header, ...rows];
  const widths = header.map((_, column) =>
    Math.max(...lines.map((line) => (line[column] ?? '').length)),
  );
  return lines
    .map((line) =>
      widths
        .map((width, column) => {
          const cell = line[column] ?? '';
          return column === 0 ? cell.padEnd(width) : cell.padStart(width);
        })
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** Seconds with as many digits as their size deserves. */
export function formatSeconds(seconds: number): string {
  return seconds.toFixed(seconds < 0.1 ? 3 : seconds < 20 ? 2 : 1);
}

export function formatMegabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(0);
}
