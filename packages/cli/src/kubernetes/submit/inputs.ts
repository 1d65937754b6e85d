import { readFileSync, statSync } from 'node:fs';
import type { JobInput } from '@mapreduce/protocol/resource';
import { CliError } from '../../exit-codes.ts';

/** What etcd takes of one object leaves no room for more. */
const mostTextBytes = 262_144;

export const inputHelp =
  'sample, http(s) URLs, pvc:CLAIM[/PATH], configmap:NAME[/KEY], teragen:RECORDS, words:SIZE, ' +
  'or local text files of up to 256 KiB';

/** What an INPUT of the command line stands for in a resource. Throws `CliError`. */
export function readInput(text: string): JobInput {
  if (text === 'sample') return { sample: {} };
  if (/^https?:\/\//.test(text)) return { http: { url: text } };
  const [scheme, rest] = splitOnce(text, ':');
  switch (scheme) {
    case 'pvc': {
      const [claimName, path] = splitOnce(rest, '/');
      return { pvc: { claimName, path } };
    }
    case 'configmap': {
      const [name, key] = splitOnce(rest, '/');
      return { configMap: key === '' ? { name } : { name, key } };
    }
    case 'teragen':
      return { generated: { teragen: { records: wholeNumber(text, rest) } } };
    case 'words':
      return { generated: { words: { size: rest, seed: 1 } } };
    default:
      return { text: { value: localText(text) } };
  }
}

/** What stands before the first separator, and after it. */
function splitOnce(text: string, separator: string): readonly [string, string] {
  const at = text.indexOf(separator);
  return at === -1 ? [text, ''] : [text.slice(0, at), text.slice(at + separator.length)];
}

function wholeNumber(input: string, text: string): number {
  if (/^[1-9]\d{0,14}$/.test(text)) return Number(text);
  throw new CliError(`input ${input}: expected a number of records, such as teragen:1000000`);
}

function localText(path: string): string {
  const status = statSync(path, { throwIfNoEntry: false });
  if (status?.isFile() !== true) {
    throw new CliError(`input ${path}: no such file. An input is one of: ${inputHelp}`);
  }
  if (status.size > mostTextBytes) {
    throw new CliError(
      `input ${path}: ${status.size} bytes do not fit into a resource (${mostTextBytes}); ` +
        'put it into a volume (pvc:) or behind a URL',
    );
  }
  return readFileSync(path, 'utf8');
}
