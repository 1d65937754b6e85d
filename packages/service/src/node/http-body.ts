import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Writable } from 'node:stream';
import type { ErrorBody, ErrorCode, ServiceError } from '@mapreduce/protocol';
import type { ByteStream } from '../ports/transport.ts';
import { parseJson } from './parse-json.ts';

/** A whole JSON body must be here by then, however slowly it trickles. */
const bodyDeadlineMs = 15_000;
/** A peer that takes or sends nothing for so long is gone. */
const silenceMs = 60_000;

/** The schemas load late: a process that only maps needs none of them. */
export const protocol = () => import('@mapreduce/protocol');

export async function serviceError(code: ErrorCode, message: string): Promise<ServiceError> {
  const { ServiceError } = await protocol();
  return new ServiceError(code, message);
}

/**
 * The JSON body of a request. Throws `ServiceError`: `UNSUPPORTED_MEDIA_TYPE` for another type,
 * `BODY_TOO_LARGE` beyond `limit` bytes (before they are read, where the length is declared),
 * `BAD_REQUEST` for a body that ends early, comes too slowly or is not JSON (`parseJson`).
 */
export async function readJson(request: IncomingMessage, limit: number): Promise<unknown> {
  const type = request.headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase();
  if (type !== 'application/json') {
    throw await serviceError('UNSUPPORTED_MEDIA_TYPE', 'expected content-type application/json');
  }
  const tooLarge = () => serviceError('BODY_TOO_LARGE', `the body exceeds ${limit} bytes`);
  if (Number(request.headers['content-length'] ?? 0) > limit) throw await tooLarge();

  const chunks: Buffer[] = [];
  let length = 0;
  const deadline = setTimeout(() => request.destroy(), bodyDeadlineMs);
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      length += chunk.length;
      if (length > limit) throw await tooLarge();
      chunks.push(chunk);
    }
  } catch (error) {
    if ((error as Partial<Error>).name === 'ServiceError') throw error;
    throw await serviceError('BAD_REQUEST', 'the body ended early');
  } finally {
    clearTimeout(deadline);
  }
  try {
    return parseJson(Buffer.concat(chunks, length));
  } catch (error) {
    const reason = error instanceof Error ? `: ${error.message}` : '';
    throw await serviceError('BAD_REQUEST', `the body is not JSON${reason}`);
  }
}

/** The body of a request as bytes; its length must be declared. */
export async function requestBytes(request: IncomingMessage): Promise<ByteStream> {
  const declared = request.headers['content-length'];
  if (declared === undefined) throw await serviceError('BAD_REQUEST', 'expected Content-Length');
  request.setTimeout(silenceMs, () => request.destroy());
  return { length: Number(declared), chunks: request as AsyncIterable<Buffer> };
}

export function sendJson(response: ServerResponse, status: number, value: unknown): void {
  sendPieces(response, status, [Buffer.from(JSON.stringify(value))]);
}

/** The same for a JSON text that is encoded already, in pieces. */
export function sendPieces(
  response: ServerResponse,
  status: number,
  pieces: readonly Uint8Array[],
): void {
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': pieces.reduce((length, piece) => length + piece.length, 0),
    'cache-control': 'no-store',
  });
  for (const piece of pieces.slice(0, -1)) response.write(piece);
  response.end(pieces.at(-1));
}

/**
 * Answers an error: a `ServiceError` as it is, anything else as `INTERNAL` with no detail. After the
 * head is out, only a cut connection can still say that the answer is not whole.
 */
export async function sendError(response: ServerResponse, error: unknown): Promise<void> {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const { ServiceError } = await protocol();
  const known =
    error instanceof ServiceError ? error : new ServiceError('INTERNAL', 'internal error');
  const { code, message, details } = known;
  const body: ErrorBody = { code, message, ...(details && { details }) };
  // What the peer may still be sending is not read: the connection cannot be used again.
  if (!response.req.complete) response.shouldKeepAlive = false;
  sendJson(response, known.status, body);
}

/**
 * Sends a stream with its length, as fast as the peer takes it. Rejects where the source fails or
 * is shorter or longer than it said, or the peer is gone; the connection is cut then, so that the
 * peer cannot take the part for the whole.
 */
export async function sendStream(response: ServerResponse, stream: ByteStream): Promise<void> {
  response.setTimeout(silenceMs, () => response.destroy());
  response.writeHead(200, {
    'content-type': 'application/octet-stream',
    'content-length': stream.length,
  });
  let sent = 0;
  let last: Uint8Array | undefined;
  try {
    for await (const chunk of stream.chunks) {
      if (chunk.length === 0) continue;
      sent += chunk.length;
      if (sent > stream.length) throw new RangeError('the stream is longer than it said');
      // Kept back until the source has ended well: with it, the peer would take this for the whole.
      if (sent === stream.length) last = new Uint8Array(chunk);
      else await written(response, chunk);
      if (response.destroyed) throw new Error('the peer is gone');
    }
    if (sent !== stream.length) throw new RangeError('the stream is shorter than it said');
    response.end(last);
  } catch (error) {
    response.destroy();
    throw error;
  }
}

/** Resolves when the chunk is out, and its memory free for another, or when it can never be. */
function written(stream: Writable, chunk: Uint8Array): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      stream.off('close', done);
      resolve();
    };
    stream.once('close', done);
    stream.write(chunk, done);
  });
}

/** Resolves when more can be written, or when nothing can ever be. */
export function drained(stream: Writable): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      stream.off('drain', done);
      stream.off('close', done);
      resolve();
    };
    stream.once('drain', done);
    stream.once('close', done);
  });
}
