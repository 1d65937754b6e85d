/** Random access to an input; asynchronous, since it may come over the network. */
export interface RangeSource {
  /** Reads up to `target.length` bytes at `position`; 0 at the end of the input. */
  read(target: Uint8Array, position: number): Promise<number>;
  /** Throws `InputError` if the input is no longer what its split says. */
  checkUnchanged(): Promise<void>;
  close(): Promise<void>;
}

/** Where in an input a record begins. */
export interface RecordPosition {
  /** The input as the user named it. */
  readonly file: string;
  /** Bytes from its beginning. */
  readonly offset: number;
}

/** The input is missing, unreadable, changed, or not what its reader expects. */
export class InputError extends Error {
  override readonly name = 'InputError';
  readonly position: RecordPosition | undefined;

  constructor(message: string, options: { cause?: unknown; position?: RecordPosition } = {}) {
    super(message, { cause: options.cause });
    this.position = options.position;
  }
}
