/** A request to a web server that is no part of the job: an input. */
export interface WebRequest {
  readonly method: 'GET' | 'HEAD';
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Bounds the time to the answer's head, and then each silence between two chunks. */
  readonly timeoutMs: number;
}

export interface WebResponse {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** Throws `TransportError` where the body ends before its declared length. */
  readonly chunks: AsyncIterable<Uint8Array>;
  /** Gives the rest of the body up. Idempotent; a body that is not read to its end needs it. */
  cancel(): void;
}

/**
 * The web as inputs see it: http and https alone, redirects followed a few times. Throws
 * `TransportError` where there is no answer.
 */
export interface Web {
  request(request: WebRequest): Promise<WebResponse>;
}
