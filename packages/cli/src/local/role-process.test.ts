import { expect, it } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RoleProcess } from './role-process.ts';

it('takes the first line that a process prints, and drops what follows', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'mapreduce-role-'));
  try {
    const entry = join(directory, 'entry.mjs');
    writeFileSync(
      entry,
      `process.stdout.write('{"first":');
       setTimeout(() => process.stdout.write('true}\\n'), 50);
       setTimeout(() => process.stdout.write('{"second":true}\\n'), 100);`,
    );
    const role = new RoleProcess({ entry, args: [], logFile: join(directory, 'log') });
    expect(await role.ready).toEqual({ first: true });
    expect(await role.ended).toEqual({ code: 0, signal: null });
  } finally {
    rmSync(directory, { recursive: true });
  }
});
