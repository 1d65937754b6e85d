import { describe, expect, it } from '@jest/globals';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { succeed } from './support/command.ts';
import { temporaryDirectory } from './support/directory.ts';
import { parts } from './support/output.ts';
import { program } from './support/programs.ts';

const scratch = temporaryDirectory();

/** Runs identity-lines over one input; gives what each part says, in its order. */
async function countLines(name: string, input: Uint8Array | string, ...flags: string[]) {
  const file = join(scratch, `${name}.txt`);
  const output = join(scratch, name);
  writeFileSync(file, input);
  await succeed([
    ...['run', program('identity-lines.ts'), file, '-o', output, '--quiet'],
    ...flags,
  ]);
  return parts(output).map(({ content }) => content.toString('utf8').split('\n').slice(0, -1));
}

describe('keys of every sort', () => {
  it.each(['binary', 'json'])(
    'come out as they went in, in order of their UTF-8 bytes (%s)',
    async (format) => {
      const keys = [
        ...['__proto__', 'constructor', 'toString', '10', '9', '007', '-1', '4294967295'],
        ...['', ' ', 'é', 'z', '😀', '\u{10FFFF}', '\uFFFD', 'e\u0301', 'null', '"', '\\'],
      ];
      const [lines] = await countLines(
        `keys-${format}`,
        `${[...keys, ...keys, 'once'].join('\n')}\n`,
        ...['--reducers', '1', '--format', format, '--split-size', '16'],
      );
      const expected = [...keys.map((key) => `${key}\t2`), 'once\t1'];
      expect(lines).toEqual(
        expected.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))),
      );
    },
  );

  it('are parted as the Go original parts them', async () => {
    const keys = ['a', 'the', 'é', '😀'];
    const hashes = [1_678_518_572, 873_378_332, 513_665_217, 866_293_256];
    const found = await countLines('parted', `${keys.join('\n')}\n`, '--reducers', '7');
    keys.forEach((key, index) => {
      expect(found[(hashes[index] ?? 0) % 7]).toContain(`${key}\t1`);
    });
  });

  it('replaces invalid UTF-8 by U+FFFD, each maximal subpart by one', async () => {
    const input = Buffer.concat([
      Buffer.from('ok\n'),
      Buffer.from([0x66, 0xff, 0x6f, 0x0a]),
      Buffer.from([0xe2, 0x82, 0x0a]),
      Buffer.from([0xf0, 0x9f, 0x98, 0x41, 0x0a]),
      Buffer.from([0xc0, 0xaf, 0x0a]),
    ]);
    const [lines] = await countLines('invalid', input, '--reducers', '1', '--split-size', '3');
    expect(lines?.sort()).toEqual(
      ['f\uFFFDo\t1', 'ok\t1', '\uFFFD\t1', '\uFFFDA\t1', '\uFFFD\uFFFD\t1'].sort(),
    );
  });
});

describe('lines', () => {
  it('end with LF, CRLF or the file, and none is lost or doubled at any cut', async () => {
    const lines = Array.from({ length: 97 }, (_, index) => `line ${'x'.repeat((index * 7) % 23)}`);
    const input = lines.map((line, index) => line + (index % 3 === 0 ? '\r\n' : '\n')).join('');
    const counts = new Map<string, number>();
    for (const line of [...lines, 'last']) counts.set(line, (counts.get(line) ?? 0) + 1);
    const expected = [...counts].map(([line, count]) => `${line}\t${count}`).sort();
    for (const splitSize of [1, 7, 64, 1_000]) {
      const [found] = await countLines(
        `cut-${splitSize}`,
        `${input}last`,
        ...['--reducers', '1', '--split-size', `${splitSize}`],
      );
      expect(found?.sort()).toEqual(expected);
    }
  }, 180_000);
});
