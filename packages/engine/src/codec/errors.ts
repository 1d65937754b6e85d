/**
 * A key or value that cannot be encoded. The message names what it is and where in the key or
 * value it stands, for example `value.tags[3]: undefined cannot be encoded; expected …`.
 */
export class EncodeError extends Error {
  override readonly name = 'EncodeError';
  /** From the key or value to the fault: `.tags[3]`; empty for the key or value itself. */
  readonly path: string;
  readonly reason: string;

  constructor(reason: string, path = '', root = '') {
    super(`${root}${path}${root === '' && path === '' ? '' : ': '}${reason}`);
    this.reason = reason;
    this.path = path;
  }
}

/** The error with one step put before its path; anything that is not an `EncodeError` as it is. */
export function within(error: unknown, step: string, root = ''): unknown {
  return error instanceof EncodeError
    ? new EncodeError(error.reason, step + error.path, root)
    : error;
}

/** Names a JavaScript value of any type for an error message, in a few words. */
export function nameOf(value: unknown): string {
  if (value === null) return 'null';
  switch (typeof value) {
    case 'undefined':
      return 'undefined';
    case 'boolean':
    case 'number':
      return `the ${typeof value} ${String(value)}`;
    case 'bigint':
      return `the bigint ${value.toString()}`;
    case 'string':
      return 'a string';
    case 'symbol':
      return 'a symbol';
    case 'function':
      return value.name === '' ? 'a function' : `the function ${value.name}`;
    case 'object':
      return Array.isArray(value) ? 'an array' : nameOfObject(value);
    default:
      return typeof value;
  }
}

function nameOfObject(value: object): string {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (typeof prototype !== 'object' || prototype === null) return 'an object';
  const constructor: unknown = Reflect.get(prototype, 'constructor');
  const name = typeof constructor === 'function' ? constructor.name : '';
  return name === '' || name === 'Object' ? 'an object' : `an instance of ${name}`;
}

/** A property access as one would write it: `.name`, or `["odd name"]`. */
export function propertyStep(name: string): string {
  return /^[\p{L}_$][\p{L}\p{N}_$]*$/u.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`;
}
