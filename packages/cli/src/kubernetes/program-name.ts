import { basename } from 'node:path';
import { streamingName } from '@mapreduce/protocol/plain';
import type { ProgramSource } from '@mapreduce/protocol/resource';

/** What a program goes by in one word. */
export function programName(program: ProgramSource): string {
  if ('builtin' in program) return program.builtin.name;
  if ('configMap' in program) return `${program.configMap.name}/${program.configMap.key}`;
  if ('module' in program) return basename(program.module.path);
  if ('url' in program) return basename(URL.parse(program.url.url)?.pathname ?? program.url.url);
  if ('streaming' in program) return streamingName(program.streaming);
  return 'inline';
}
