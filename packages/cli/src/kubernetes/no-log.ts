import { ApiException } from '@kubernetes/client-node';

/** Why the log of a container cannot be had, in words: the client gives no more than a status. */
export function noLog(error: unknown): string {
  if (!(error instanceof ApiException)) {
    return error instanceof Error ? error.message : String(error);
  }
  if (error.code === 400) return 'its container has not started yet';
  if (error.code === 403) return 'not allowed: it takes the verb get on pods/log';
  if (error.code === 404) return 'the pod is gone';
  return `the API server answered ${error.code}`;
}
