/** Every error a route can answer, with its HTTP status. */
export const errorStatus = {
  BAD_REQUEST: 400,
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  METHOD_NOT_ALLOWED: 405,
  /** The caller's epoch is not this coordinator's: register again. */
  WRONG_EPOCH: 409,
  /** The coordinator does not know this incarnation: register again. */
  UNKNOWN_WORKER: 410,
  /** No such segment here, or not of that attempt. */
  SEGMENT_GONE: 410,
  BODY_TOO_LARGE: 413,
  UNSUPPORTED_MEDIA_TYPE: 415,
  INPUT_CHANGED: 412,
  RANGE_NOT_SATISFIABLE: 416,
  TOO_MANY_REQUESTS: 429,
  INTERNAL: 500,
  NOT_READY: 503,
  /** The job is not planned yet, and without a plan a part cannot be judged: tell it later. */
  NOT_PLANNED: 503,
} as const;

export type ErrorCode = keyof typeof errorStatus;

/** An error that a route answers and that its client throws again. */
export class ServiceError extends Error {
  override readonly name = 'ServiceError';
  readonly code: ErrorCode;
  readonly details: Readonly<Record<string, unknown>> | undefined;

  constructor(code: ErrorCode, message: string, details?: Readonly<Record<string, unknown>>) {
    super(message);
    this.code = code;
    this.details = details;
  }

  get status(): number {
    return errorStatus[this.code];
  }
}
