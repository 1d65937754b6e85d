import { controllerOf, type KubeObject } from '@mapreduce/controller-runtime';
import type { JobIdentity } from '../children/identity.ts';

/** An object has the name that one of the job's is to have, and is not the job's. */
export class NameTakenError extends Error {
  override readonly name = 'NameTakenError';
  readonly what: string;

  constructor({ kind, metadata }: KubeObject) {
    super(`there is one already that is not this job's; delete it, or give the job another name`);
    this.what = `${kind} ${metadata.name}`;
  }
}

/** Throws unless the job controls the object. */
export function checkOwned(object: KubeObject, job: JobIdentity): void {
  if (controllerOf(object)?.uid !== job.uid) throw new NameTakenError(object);
}
