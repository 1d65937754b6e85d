import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { bundleProgram } from './bundle.ts';

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'bundle-'));
});
afterAll(() => {
  rmSync(directory, { recursive: true });
});

function program(name: string, text: string): string {
  const path = join(directory, name);
  writeFileSync(path, text);
  return path;
}

/** What the bundled module exports; it needs nothing of the folder it came from. */
async function load(path: string): Promise<Record<string, unknown>> {
  const { code } = await bundleProgram(path);
  const elsewhere = mkdtempSync(join(directory, 'elsewhere-'));
  writeFileSync(join(elsewhere, 'program.mjs'), code);
  return (await import(pathToFileURL(join(elsewhere, 'program.mjs')).href)) as never;
}

describe('bundleProgram', () => {
  it('takes in a TypeScript program with what it imports, and the SDK from nowhere', async () => {
    program(
      'stop-words.ts',
      'export enum Stop { the }\nexport const isStop = (w: string) => w in Stop;',
    );
    const path = program(
      'job.ts',
      `import { defineJob, words } from '@mapreduce/sdk';
       import { isStop } from './stop-words';
       export const parsed = words('the whale').filter((word: string) => !isStop(word));
       export default defineJob({ map: (line, emit) => { emit(line, 1); } });`,
    );
    const module = await load(path);
    expect(module['parsed']).toEqual(['whale']);
    expect(module['default']).toHaveProperty('map');
  });

  it("lets CommonJS packages ask for Node's own modules", async () => {
    const folder = join(directory, 'node_modules/old-package');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'index.js'), "module.exports = require('path').sep;");
    const path = program('uses-old.js', "import sep from 'old-package'; export default sep;");
    expect((await load(path))['default']).toBe('/');
  });

  it('gives the same digest for the same program', async () => {
    const path = program('same.ts', 'export default { map: () => undefined };');
    const [first, second] = [await bundleProgram(path), await bundleProgram(path)];
    expect(first.sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(second.sha256).toBe(first.sha256);
  });

  it('maps its code to the file that the user wrote, and holds its text', async () => {
    const path = program('mapped.ts', 'export default { map: (): void => undefined };');
    const { code } = await bundleProgram(path);
    const [, base64 = ''] =
      /sourceMappingURL=data:.*?base64,(\S+)/.exec(Buffer.from(code).toString()) ?? [];
    const map = JSON.parse(Buffer.from(base64, 'base64').toString()) as Record<string, unknown>;
    expect(`${String(map['sourceRoot'])}${String((map['sources'] as string[])[0])}`).toBe(
      pathToFileURL(path).href,
    );
    expect(map['sourcesContent']).toEqual(['export default { map: (): void => undefined };']);
  });

  it('shows where a program does not parse', async () => {
    const path = program('broken.ts', 'export default {\n  map: (line => {\n');
    await expect(bundleProgram(path)).rejects.toThrow(
      /broken\.ts: cannot be bundled\n\n.*Unexpected end of file\n\n.*broken\.ts:3:0:/s,
    );
  });

  it('names an import that leads nowhere, and nothing about configuring the bundler', async () => {
    const path = program('lost.ts', "import x from 'no-such-package';\nexport default x;\n");
    const error: unknown = await bundleProgram(path).catch((reason: unknown) => reason);
    expect(String(error)).toContain('Could not resolve "no-such-package"');
    expect(String(error)).not.toContain('external');
  });
});
