/** A header field, as it goes over the wire. */
export type Field = readonly [name: string, value: string];

export interface RequestParts {
  readonly method: string;
  readonly path: string;
  readonly token?: string | undefined;
  readonly fields?: readonly Field[];
  /** With its length; what is sent as it is stands in `raw`. */
  readonly body?: Buffer | string | undefined;
  readonly type?: string | undefined;
}

/** A request's bytes. Nothing is escaped: what is broken stays broken. */
export function requestBytes(parts: RequestParts): Buffer {
  const { method, path, token, fields = [], body, type = 'application/json' } = parts;
  const bytes = typeof body === 'string' ? Buffer.from(body) : body;
  const lines = [
    `${method} ${path} HTTP/1.1`,
    'Host: 127.0.0.1',
    ...(token === undefined ? [] : [`Authorization: Bearer ${token}`]),
    ...(bytes === undefined || type === '' ? [] : [`Content-Type: ${type}`]),
    ...(bytes === undefined ? [] : [`Content-Length: ${bytes.length}`]),
    ...fields.map(([name, value]) => `${name}: ${value}`),
  ];
  const head = Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1');
  return bytes === undefined ? head : Buffer.concat([head, bytes]);
}

/** The head of a request whose framing is given by hand, then bytes as they are. */
export function rawRequest(
  line: string,
  fields: readonly Field[],
  rest: Buffer | string = '',
): Buffer {
  const head = [line, 'Host: 127.0.0.1', ...fields.map(([name, value]) => `${name}: ${value}`)];
  const bytes = typeof rest === 'string' ? Buffer.from(rest) : rest;
  return Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`, 'latin1'), bytes]);
}
