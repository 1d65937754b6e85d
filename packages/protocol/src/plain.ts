/**
 * What of the protocol needs no schema, for processes and moments that parse no message: to make the
 * schemas takes a process longer than to start.
 */
export * from './limits.ts';
export * from './size.ts';
export * from './service-error.ts';
export * from './streaming-name.ts';
