import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A program that does not parse: it cannot lie among the checked sources. */
export function unparsableProgram(directory: string): string {
  const path = join(directory, 'unparsable.ts');
  writeFileSync(path, 'export default defineJob({\n  map: (line => {\n');
  return path;
}
