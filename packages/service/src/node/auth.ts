import { createHmac, hash, randomBytes, timingSafeEqual } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { Role } from '@mapreduce/protocol';

/** The secrets of a run, one a role. Shuffle-read is derived, so that it never travels. */
export type Tokens = Readonly<Partial<Record<Role, string>>>;

const tokenPattern = /^[0-9a-f]{64}$/;

/** A new token: 32 random bytes in hex. */
export function newToken(): string {
  return randomBytes(32).toString('hex');
}

/** Writes a token to a file that its owner alone may read, and that must not exist. */
export function writeTokenFile(path: string, token: string): void {
  writeFileSync(path, `${token}\n`, { mode: 0o600, flag: 'wx' });
}

/** A token's file cannot be read, or holds no token. */
export class TokenFileError extends Error {
  override readonly name = 'TokenFileError';

  constructor(path: string, fault: string, options?: ErrorOptions) {
    super(`token file ${path}: ${fault}; make one with openssl rand -hex 32`, options);
  }
}

/** Reads a token from its file; throws `TokenFileError` unless it holds exactly one. */
export async function readTokenFile(path: string): Promise<string> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    const { code = String(error) } = error as NodeJS.ErrnoException;
    throw new TokenFileError(path, `cannot be read (${code})`, { cause: error });
  });
  const token = text.trim();
  if (!tokenPattern.test(token))
    throw new TokenFileError(path, 'expected 64 lower-case hex digits');
  return token;
}

/** The token by which workers read each other's segments. */
export function shuffleToken(workerToken: string): string {
  return createHmac('sha256', workerToken).update('shuffle-read').digest('hex');
}

/** All that a worker presents. */
export function workerTokens(workerToken: string): Tokens {
  return { worker: workerToken, 'shuffle-read': shuffleToken(workerToken) };
}

/** `forbidden`: a token of another role. */
export type Access = 'allowed' | 'unauthenticated' | 'forbidden';

/** Decides by the Authorization header. Takes equally long whatever of the token is right. */
export class Authenticator {
  readonly #digests: ReadonlyMap<Role, Buffer>;

  /** Serves the roles that have a token here; all others are refused. */
  constructor(tokens: Tokens) {
    this.#digests = new Map(
      Object.entries(tokens).map(([role, token]) => [
        role as Role,
        hash('sha256', token, 'buffer'),
      ]),
    );
  }

  check(authorization: string | undefined, role: Role): Access {
    const token = /^Bearer ([\x21-\x7e]{1,256})$/.exec(authorization ?? '')?.[1];
    if (token === undefined) return 'unauthenticated';
    const presented = hash('sha256', token, 'buffer');
    let access: Access = 'unauthenticated';
    for (const [known, digest] of this.#digests) {
      // Digests have one length, as timingSafeEqual demands; no early exit.
      if (timingSafeEqual(presented, digest)) access = known === role ? 'allowed' : 'forbidden';
    }
    return access;
  }
}
