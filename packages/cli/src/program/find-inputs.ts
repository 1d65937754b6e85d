import { accessSync, constants, globSync, statSync } from 'node:fs';
import type { Input } from '@mapreduce/protocol';
import { CliError } from '../exit-codes.ts';

/**
 * The inputs that a command line names: http(s) URLs, files, directories and globs. A glob's files
 * come in byte order. Throws a `CliError` that names every input that cannot be used.
 */
export function findInputs(names: readonly string[]): Input[] {
  const faults: string[] = [];
  const inputs = names.flatMap((name): Input[] => {
    if (/^https?:\/\//i.test(name)) return fromUrl(name, faults);
    if (isReadable(name, faults)) return [{ kind: 'path', path: name, shared: true }];
    if (!/[*?[\]{}]/.test(name)) {
      if (!faults.some((fault) => fault.startsWith(`input ${name}:`))) {
        faults.push(`input ${name}: no such file or directory`);
      }
      return [];
    }
    const found = globSync(name).filter(isFile).sort(byBytes);
    if (found.length === 0) faults.push(`input ${name}: the pattern matches no file`);
    return found
      .filter((path) => isReadable(path, faults))
      .map((path) => ({
        ...{ kind: 'path', path, shared: true },
      }));
  });
  if (faults.length > 0) throw new CliError(listed(faults));
  return inputs;
}

function fromUrl(name: string, faults: string[]): Input[] {
  if (URL.canParse(name)) return [{ kind: 'http', url: name }];
  faults.push(`input ${name}: not a URL`);
  return [];
}

/** Whether it exists; what exists but cannot be read, time and again, is a fault. */
function isReadable(path: string, faults: string[]): boolean {
  try {
    accessSync(path, constants.R_OK);
    const status = statSync(path);
    if (status.isFile() || status.isDirectory()) return true;
    faults.push(`input ${path}: not a regular file; save what it gives to one first`);
    return false;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'EACCES' || code === 'EPERM') {
      faults.push(`input ${path}: this user may not read it`);
    }
    return false;
  }
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}

function byBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

function listed(faults: readonly string[]): string {
  const shown = faults.slice(0, 10);
  const more = faults.length - shown.length;
  return [...shown, ...(more > 0 ? [`and ${more} more`] : [])].join('\n');
}
