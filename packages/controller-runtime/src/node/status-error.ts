import { ApiError, type ErrorCause } from '../api/error.ts';

type Fields = Readonly<Record<string, unknown>>;

function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {};
}

const textOf = (value: unknown) => (typeof value === 'string' ? value : '');

/** The words of statuses that come without a `Status` object: from proxies, or for unknown paths. */
const reasons: Readonly<Record<number, string>> = {
  400: 'BadRequest',
  401: 'Unauthorized',
  403: 'Forbidden',
  405: 'MethodNotAllowed',
  410: 'Expired',
  413: 'RequestEntityTooLarge',
  429: 'TooManyRequests',
  500: 'InternalError',
  503: 'ServiceUnavailable',
  504: 'Timeout',
};

/**
 * The error that a `Status` object tells of. A 404 that is not the server's word on an object, such as
 * that of a resource that is not served, has the reason `UnknownPath`.
 */
export function statusError(httpStatus: number, body: unknown, retryAfterMs?: number): ApiError {
  const status = fieldsOf(body);
  const details = fieldsOf(status['details']);
  const code = typeof status['code'] === 'number' ? status['code'] : httpStatus;
  const isNamed = code !== 404 || textOf(details['name']) !== '';
  const reason = isNamed ? textOf(status['reason']) : '';
  const causes = Array.isArray(details['causes']) ? details['causes'] : [];
  const asked = details['retryAfterSeconds'];
  const pause = retryAfterMs ?? (typeof asked === 'number' ? asked * 1_000 : undefined);
  return new ApiError({
    status: code,
    reason: reason || (reasons[code] ?? (code === 404 ? 'UnknownPath' : `Http${code}`)),
    message: textOf(status['message']) || `the server answered with status ${code}`,
    causes: causes.map(causeOf),
    ...(pause !== undefined && { retryAfterMs: pause }),
  });
}

function causeOf(value: unknown): ErrorCause {
  const cause = fieldsOf(value);
  return {
    reason: textOf(cause['reason']),
    message: textOf(cause['message']),
    field: textOf(cause['field']),
  };
}

/** Retry-After in ms: seconds, as the API server sends it; of a date nothing is made. */
export function retryAfterMs(header: string | undefined): number | undefined {
  return header !== undefined && /^[0-9]{1,6}$/.test(header) ? Number(header) * 1_000 : undefined;
}
