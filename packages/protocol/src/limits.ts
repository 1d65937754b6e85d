/** The limits of a job, here alone. Sizes in bytes, times in milliseconds. */
export const jobLimits = {
  reducers: { min: 1, max: 100_000 },
  splitSize: { min: 1, max: 2 ** 40, default: 64 * 2 ** 20 },
  memory: { min: 16 * 2 ** 20, max: 64 * 2 ** 30, default: 512 * 2 ** 20 },
  skipBadRecords: { min: 0, max: 10_000, default: 0 },
  taskTimeoutMs: { min: 1_000, max: 7 * 86_400_000, default: 600_000 },
  /** UTF-16 units of a skipped record's message, and bytes of the record, that are kept. */
  skippedMessage: 1_024,
  skippedBytes: 4_096,
} as const;
