import type { BulkRouteName, RequestOf, ResponseOf, RouteName } from '@mapreduce/protocol';

/** The peer could not be reached, or the connection broke before the whole answer was here. */
export class TransportError extends Error {
  override readonly name = 'TransportError';
}

export interface CallOptions {
  /** The whole call's bound in milliseconds; beyond it, `TransportError`. */
  readonly timeoutMs: number;
  /**
   * Until a new connection stands; default: as long as the call. The peer's kernel makes it, however
   * busy the process is, so this may be far shorter.
   */
  readonly connectTimeoutMs?: number;
  readonly signal?: AbortSignal;
}

/**
 * A body of known length. A chunk is valid until the next is asked for. A body that ends early throws
 * `TransportError` from its iterator.
 */
export interface ByteStream {
  readonly length: number;
  readonly chunks: AsyncIterable<Uint8Array>;
}

export interface BulkRequest {
  readonly query?: Readonly<Record<string, string>>;
  /** JSON body (segments). */
  readonly json?: unknown;
  /** Bytes to send (part). */
  readonly body?: ByteStream;
}

/**
 * Calls typed routes of a peer. Adds the caller's token; throws `ServiceError` for an error answer
 * and `TransportError` for none.
 */
export interface Transport {
  call<R extends RouteName>(
    address: string,
    route: R,
    request: RequestOf<R>,
    options: CallOptions,
  ): Promise<ResponseOf<R>>;
  /** `timeoutMs` bounds the silence between two chunks here, not the whole transfer. */
  bulk(
    address: string,
    route: BulkRouteName,
    request: BulkRequest,
    options: CallOptions,
  ): Promise<ByteStream>;
}

/** Serves bulk routes; the adapter checks the token, and sends Content-Length and back-pressure. */
export type BulkHandler = (request: BulkRequest) => Promise<ByteStream>;
