import {
  configMaps,
  isAlreadyExists,
  secrets,
  type ApiClient,
  type KubeObject,
  type Resource,
} from '@mapreduce/controller-runtime';
import { childNames } from '@mapreduce/protocol/resource';
import type { Random } from '@mapreduce/service';
import { childOf, type JobIdentity } from '../children/identity.ts';
import { readSource, sourceMap, sourceOf, type AttemptSource } from '../children/attempt-source.ts';
import { checkOwned } from './names-taken.ts';

export const fieldManager = 'mapreduce-operator';

interface Tokens {
  readonly control: string;
  readonly worker: string;
}

interface Kept {
  tokens?: Tokens | undefined;
  source?: AttemptSource;
}

/**
 * A job's Secret and ConfigMaps. They are never listed, as others' lie beside them, and never change;
 * so each is read once, and kept as long as the job has not ended.
 */
export class PrivateObjects {
  readonly #client: ApiClient;
  readonly #random: Random;
  readonly #kept = new Map<string, Kept>();

  constructor(client: ApiClient, random: Random) {
    this.#client = client;
    this.#random = random;
  }

  forget(uid: string): void {
    this.#kept.delete(uid);
  }

  /** Whether the job's tokens are known: they have been made, and have not been lost. */
  async hasTokens(job: JobIdentity, signal: AbortSignal): Promise<boolean> {
    const kept = this.#keptOf(job);
    kept.tokens ??= await this.#readTokens(job, signal);
    return kept.tokens !== undefined;
  }

  /** The token by which the job's coordinator is asked; makes the job's tokens if there are none. */
  async controlToken(job: JobIdentity, signal: AbortSignal): Promise<string> {
    const known = this.#keptOf(job).tokens ?? (await this.putTokens(job, signal));
    return known.control;
  }

  /** Makes the Secret with the job's tokens where it is not there: the same as before, if they are known. */
  async putTokens(job: JobIdentity, signal: AbortSignal): Promise<Tokens> {
    const kept = this.#keptOf(job);
    const found = await this.#readTokens(job, signal);
    kept.tokens = found ?? kept.tokens ?? this.#newTokens();
    if (found === undefined) {
      await this.#create(secrets, job, this.#tokensSecret(job, kept.tokens), signal);
    }
    return kept.tokens;
  }

  /** What the attempt was made from, or is to be: as the first one was. */
  async source(
    job: JobIdentity,
    attempt: number,
    signal: AbortSignal,
  ): Promise<{ readonly source: AttemptSource; readonly isWritten: boolean } | undefined> {
    const kept = this.#keptOf(job);
    if (kept.source?.file.attempt === attempt) return { source: kept.source, isWritten: true };
    const own = await this.#readSource(job, attempt, signal);
    if (own !== undefined) {
      kept.source = own;
      return { source: own, isWritten: true };
    }
    // All attempts are made from the same; the first one's map may have been deleted meanwhile.
    const first =
      kept.source ?? (attempt === 0 ? undefined : await this.#readSource(job, 0, signal));
    return first && { source: sourceOf(job, attempt, first), isWritten: false };
  }

  async writeSource(job: JobIdentity, source: AttemptSource, signal: AbortSignal): Promise<void> {
    await this.#create(configMaps, job, sourceMap(job, source), signal);
    this.#keptOf(job).source = source;
  }

  #keptOf({ uid }: JobIdentity): Kept {
    const kept = this.#kept.get(uid) ?? {};
    this.#kept.set(uid, kept);
    return kept;
  }

  async #readSource(job: JobIdentity, attempt: number, signal: AbortSignal) {
    const map = await this.#read(configMaps, job, childNames.jobFile(job, attempt), signal);
    return map && readSource(map);
  }

  async #read(resource: Resource, job: JobIdentity, name: string, signal: AbortSignal) {
    const { namespace } = job;
    const object = await this.#client.get(resource, { namespace, name }, { signal });
    if (object !== undefined) checkOwned({ ...object, kind: resource.kind }, job);
    return object;
  }

  /** Where another was faster, there is one: the next look finds it. */
  async #create(resource: Resource, job: JobIdentity, object: KubeObject, signal: AbortSignal) {
    try {
      return await this.#client.create(resource, object, { fieldManager, signal });
    } catch (error) {
      if (!isAlreadyExists(error)) throw error;
      throw new Error(`${object.kind} ${object.metadata.name} came to be meanwhile`, {
        cause: error,
      });
    }
  }

  async #readTokens(job: JobIdentity, signal: AbortSignal): Promise<Tokens | undefined> {
    const name = childNames.tokens(job);
    const secret = await this.#read(secrets, job, name, signal);
    if (secret === undefined) return undefined;
    const data = secret['data'] as Readonly<Record<string, string>> | undefined;
    const token = (key: keyof Tokens) => {
      const text = decodeBase64(data?.[key] ?? '');
      if (!/^[0-9a-f]{64}$/.test(text)) throw new Error(`Secret ${name}: ${key}: not a token`);
      return text;
    };
    return { control: token('control'), worker: token('worker') };
  }

  #newTokens(): Tokens {
    return { control: this.#random.hex(64), worker: this.#random.hex(64) };
  }

  #tokensSecret(job: JobIdentity, { control, worker }: Tokens): KubeObject {
    const name = childNames.tokens(job);
    return {
      ...childOf(job, { apiVersion: 'v1', kind: 'Secret', name }),
      immutable: true,
      type: 'Opaque',
      data: { control: btoa(control), worker: btoa(worker) },
    };
  }
}

function decodeBase64(text: string): string {
  try {
    return atob(text);
  } catch {
    return '';
  }
}
