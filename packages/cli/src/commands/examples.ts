import { existsSync } from 'node:fs';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { examples } from '@mapreduce/examples';
import { exitCodes, type ExitCode } from '../exit-codes.ts';

/** Prints each example: what it does, how to run it, and where its program is to be read. */
export function listExamples(): ExitCode {
  const lines = Object.entries(examples).flatMap(([name, { title, usage }]) => {
    const source = sourceOf(name);
    return [
      name,
      `  ${title}`,
      `  mapreduce run ${usage}`,
      ...(source === undefined ? [] : [`  ${source}`]),
      '',
    ];
  });
  process.stdout.write(
    `${lines.join('\n')}\nCopy a program, change it, and run the copy: mapreduce run ./program.ts INPUT… -o DIR\n`,
  );
  return exitCodes.done;
}

/** The packed command has the examples beside its bundle, the repository in a folder of its own. */
function sourceOf(name: string): string | undefined {
  return [`./examples/${name}/program.ts`, `../../../../examples/${name}/program.ts`]
    .map((path) => fileURLToPath(new URL(path, import.meta.url)))
    .filter((path) => existsSync(path))
    .map((path) => relative(process.cwd(), path))[0];
}
