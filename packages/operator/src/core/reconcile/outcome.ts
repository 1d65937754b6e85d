import { ApiError, isForbidden, isInvalid, type KubeObject } from '@mapreduce/controller-runtime';
import type { Refusal } from '../observed.ts';
import { reasonOfRefusal } from '../views/waiting.ts';
import { NameTakenError } from './names-taken.ts';

export interface Outcome {
  /** What was created, by kind and name. */
  readonly created: readonly string[];
  readonly refusals: readonly Refusal[];
}

/** Why an object was not made: another one that is not the job's has its name. */
export const nameTaken = 'NameTaken';

/** What came of sending an object. With `open`, the API server may have it all the same. */
export type Sent = 'there' | 'refused' | 'open';

/** Whether the object is at fault: one that cannot even be read (400), or one that breaks the rules. */
function isRefused(error: ApiError): boolean {
  return error.status === 400 || isInvalid(error);
}

/** Whether the API server has surely not done what it was asked to. */
export function isFaultOfRequest(error: unknown): boolean {
  return error instanceof ApiError && error.status >= 400 && error.status < 500;
}

/** Whether the API server could not do it: something behind it is at fault, such as an admission webhook. */
function isFaultOfServer({ status }: ApiError): boolean {
  return status >= 500;
}

/** Takes down what came of each object that is sent: what the API server will not, or cannot, take is told. */
export class OutcomeBook implements Outcome {
  readonly created: string[] = [];
  readonly refusals: Refusal[] = [];

  /** `put` says whether it made the object; what is no answer of the API server to it is thrown. */
  async note(
    object: Pick<KubeObject, 'kind' | 'metadata'>,
    put: () => Promise<boolean>,
  ): Promise<Sent> {
    const what = `${object.kind} ${object.metadata.name}`;
    try {
      if (await put()) this.created.push(what);
      return 'there';
    } catch (error) {
      if (error instanceof NameTakenError) {
        const { message } = error;
        this.refusals.push({ what, reason: nameTaken, message, isInvalid: false, fields: [] });
        return 'refused';
      }
      const isTold =
        error instanceof ApiError &&
        (isForbidden(error) || isRefused(error) || isFaultOfServer(error));
      if (isTold) {
        const { message, causes } = error;
        const reason = reasonOfRefusal(message);
        const fields = causes.map(({ field }) => field);
        this.refusals.push({ what, reason, message, isInvalid: isRefused(error), fields });
        return isFaultOfServer(error) ? 'open' : 'refused';
      }
      throw error;
    }
  }
}
