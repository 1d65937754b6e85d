import type { BulkHandler, Log } from '@mapreduce/service';
import {
  authorize,
  Authenticator,
  bulkListener,
  HttpServer,
  sendError,
} from '@mapreduce/service/node';
import { ServiceError } from '@mapreduce/protocol/plain';

export interface SegmentServerOptions {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  /** Who shows it may read segments. */
  readonly shuffleToken: string;
  readonly segments: BulkHandler;
  readonly output: BulkHandler;
  readonly log: Log;
}

/** Serves this worker's map outputs to others, and nothing else. */
export async function serveSegmentsOverHttp(options: SegmentServerOptions): Promise<HttpServer> {
  const { host, port, shuffleToken, segments, output, log } = options;
  const authenticator = new Authenticator({ 'shuffle-read': shuffleToken });
  const serve = await bulkListener({ segments, output }, authenticator, log);
  return HttpServer.listen({
    host,
    port,
    handle: (request, response) => {
      if (serve(request, response)) return;
      const refuse = async () => {
        // Whoever has no token does not learn which paths there are.
        await authorize(request, authenticator, 'shuffle-read');
        throw new ServiceError('NOT_FOUND', 'no such route');
      };
      refuse().catch((error: unknown) => void sendError(response, error));
    },
  });
}
