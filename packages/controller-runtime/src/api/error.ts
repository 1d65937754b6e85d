/** One fault of an object that was refused. */
export interface ErrorCause {
  /** Such as `FieldValueInvalid`. */
  readonly reason: string;
  readonly message: string;
  /** The path in the object, such as `spec.replicas`. */
  readonly field: string;
}

export interface ApiErrorParts {
  readonly status: number;
  readonly reason: string;
  readonly message: string;
  readonly causes?: readonly ErrorCause[];
  readonly retryAfterMs?: number;
  readonly cause?: unknown;
}

/** Whatever went wrong in a call to the API server. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  /** The HTTP status; 0 where there was no answer, or none that makes sense. */
  readonly status: number;
  /**
   * The server's word, such as `NotFound`, `AlreadyExists`, `Conflict`, `Expired`, `Invalid`,
   * `Forbidden`, `TooManyRequests`. With status 0: `Unreachable`, `Timeout`, `Aborted` or
   * `BadResponse`.
   */
  readonly reason: string;
  /** The faults of an object that was refused (`Invalid`). */
  readonly causes: readonly ErrorCause[];
  /** How long the server asked to be left alone. */
  readonly retryAfterMs: number | undefined;

  constructor({ status, reason, message, causes = [], retryAfterMs, cause }: ApiErrorParts) {
    super(message, cause === undefined ? undefined : { cause });
    this.status = status;
    this.reason = reason;
    this.causes = causes;
    this.retryAfterMs = retryAfterMs;
  }
}

const hasReason = (error: unknown, ...reasons: string[]) =>
  error instanceof ApiError && reasons.includes(error.reason);

export const isNotFound = (error: unknown) => hasReason(error, 'NotFound');
export const isAlreadyExists = (error: unknown) => hasReason(error, 'AlreadyExists');
/** Somebody else wrote the object since it was read, or a precondition of a deletion does not hold. */
export const isConflict = (error: unknown) => hasReason(error, 'Conflict');
/** The version to go on from is no longer known to the server: list anew. */
export const isExpired = (error: unknown) =>
  (error instanceof ApiError && error.status === 410) || hasReason(error, 'Expired', 'Gone');
export const isInvalid = (error: unknown) => hasReason(error, 'Invalid');
export const isForbidden = (error: unknown) => hasReason(error, 'Forbidden');
