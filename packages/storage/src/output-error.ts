/** The output directory cannot be used: not empty, not writable, full. Says what to do. */
export class OutputError extends Error {
  override readonly name = 'OutputError';

  constructor(message: string, options: { cause?: unknown } = {}) {
    super(message, options);
  }
}
