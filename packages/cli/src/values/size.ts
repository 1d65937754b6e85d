/** A size for people: `0 B`, `64 KiB`, `1.2 MiB`. */
export function formatSize(bytes: number): string {
  const names = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let size = bytes;
  let unit = 0;
  // 1023.95 would print as 1024.0.
  while (size >= 1023.95 && unit < names.length - 1) {
    size /= 1024;
    unit += 1;
  }
  const digits = unit === 0 || Number.isInteger(size) || size >= 100 ? 0 : 1;
  return `${size.toFixed(digits)} ${names[unit] ?? ''}`;
}
