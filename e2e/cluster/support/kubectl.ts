import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { run, succeed, type Finished } from './run.ts';

/** What every object has that the suite looks at. */
export interface KubernetesObject {
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly uid: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly deletionTimestamp?: string;
  };
}

/** `kubectl ARGS`, which has to succeed: what it printed. */
export async function kubectl(...args: readonly string[]): Promise<string> {
  return (await succeed('kubectl', args)).toString('utf8');
}

/** `kubectl ARGS -o json`. */
export async function kubectlJson<T>(...args: readonly string[]): Promise<T> {
  return JSON.parse(await kubectl(...args, '-o', 'json')) as T;
}

/** The objects of a kind in a namespace, by their labels. */
export async function listObjects<T = KubernetesObject>(
  namespace: string,
  kind: string,
  selector = '',
): Promise<readonly T[]> {
  const { items } = await kubectlJson<{ items: readonly T[] }>(
    ...['get', kind, '-n', namespace, '-l', selector],
  );
  return items;
}

/** `kubectl apply` of objects; they need not be valid. */
export function tryApply(
  objects: readonly unknown[],
  ...flags: readonly string[]
): Promise<Finished> {
  const [first, ...others] = objects;
  // Of a list kubectl itself finds the faults, in other words than the API server's.
  const document = others.length === 0 ? first : { apiVersion: 'v1', kind: 'List', items: objects };
  return run('kubectl', ['apply', ...flags, '-f', '-'], { input: JSON.stringify(document) });
}

export async function apply(...objects: readonly unknown[]): Promise<void> {
  const { code, stderr } = await tryApply(objects);
  if (code !== 0) throw new Error(`kubectl apply: ${stderr}`);
}

export interface Watched {
  readonly namespace: string;
  readonly kind: string;
  readonly name: string;
  readonly seconds: number;
}

/**
 * Watches one object until it is as wanted, and returns it so. `isWanted` throws when it never will
 * be. Fails after `seconds` with what was seen last.
 */
export async function watchUntil<T>(
  { namespace, kind, name, seconds }: Watched,
  isWanted: (object: T) => boolean,
  what: string,
): Promise<T> {
  const deadline = AbortSignal.timeout(seconds * 1_000);
  let last: T | undefined;
  // As a list: of a single object kubectl prints what it gets, begins to watch at what is newest, and
  // drops the first it sees there, so that a change in between would not show.
  const list = ['get', kind, '-n', namespace, '--field-selector', `metadata.name=${name}`];
  // The API server ends a watch when it restarts or finds that it lasted long enough.
  while (!deadline.aborted) {
    for await (const object of watchOnce<T>(list, deadline)) {
      last = object;
      if (isWanted(object)) return object;
    }
  }
  const seen = last === undefined ? 'nothing was seen' : JSON.stringify(last, undefined, 1);
  throw new Error(`${kind} ${namespace}/${name}: not ${what} within ${seconds} s: ${seen}`);
}

/** Each state that one watch shows, from the present one on. */
async function* watchOnce<T>(args: readonly string[], signal: AbortSignal): AsyncGenerator<T> {
  const child = spawn('kubectl', [...args, '-o', 'json', '--watch'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const end = () => child.kill();
  signal.addEventListener('abort', end);
  try {
    let text = '';
    for await (const line of createInterface({ input: child.stdout })) {
      text += `${line}\n`;
      // kubectl indents, so that this line is an object's last.
      if (line !== '}') continue;
      yield JSON.parse(text) as T;
      text = '';
    }
  } finally {
    signal.removeEventListener('abort', end);
    child.kill();
  }
}
