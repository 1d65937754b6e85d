const units: Readonly<Record<string, number>> = {
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
};

/**
 * Bytes of a size as Kubernetes writes it: `512`, `64Mi`, `1.5Gi`, `10k`. Throws an `Error` that says
 * what is expected.
 */
export function parseSize(text: string): number {
  const [, digits, unit] = /^(\d+(?:\.\d+)?)([A-Za-z]*)$/.exec(text) ?? [];
  const factor = units[unit ?? ''];
  const bytes = Number(digits) * (factor ?? Number.NaN);
  if (!Number.isSafeInteger(Math.round(bytes))) {
    throw new Error(
      'expected a size such as 65536, 64Mi or 1.5Gi (units: k, M, G, T, Ki, Mi, Gi, Ti)',
    );
  }
  return Math.round(bytes);
}
