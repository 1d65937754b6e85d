import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Command } from 'commander';
import { defineCommands, type Actions } from './define-commands.ts';
import { exitCodeHelp, exitCodes } from './exit-codes.ts';

const docs = readFileSync(new URL('../../../docs/cli.md', import.meta.url), 'utf8');
let root: Command;

beforeAll(() => {
  const unused = () => Promise.resolve(exitCodes.done);
  const actions: Actions = {
    ...{ run: unused, verify: unused, cat: unused, examples: unused },
    ...{ generate: unused, validate: unused, demo: unused },
  };
  root = defineCommands(actions, () => undefined);
});

/** Commands that a user can call, with what leads to them: `generate teragen`. */
function callable(command: Command, path: readonly string[] = []): [string, Command][] {
  return command.commands.flatMap((sub): [string, Command][] => {
    const own = [...path, sub.name()];
    return sub.commands.length > 0 ? callable(sub, own) : [[own.join(' '), sub]];
  });
}

/** As a terminal of 80 columns shows it. */
function helpOf(command: Command): string {
  command.configureHelp({ ...command.configureHelp(), helpWidth: 80 });
  return command.helpInformation().trimEnd();
}

describe('docs/cli.md', () => {
  it('holds the help of every command as it is', () => {
    const commands = callable(root).filter(([name]) => name !== 'demo');
    expect(commands.length).toBeGreaterThanOrEqual(8);
    for (const [name, command] of commands) {
      expect(docs).toContain(`## mapreduce ${name}\n`);
      expect(docs).toContain(`\`\`\`text\n${helpOf(command)}\n\`\`\``);
    }
  });

  it('has a chapter for no command that there is not', () => {
    const names = callable(root).map(([name]) => `mapreduce ${name}`);
    const chapters = [...docs.matchAll(/^## (mapreduce .+)$/gm)].map(([, title]) => title);
    expect(names).toEqual(expect.arrayContaining(chapters));
  });

  it('lists every exit code', () => {
    expect(docs).toContain(`\`\`\`text\n${exitCodeHelp}\n\`\`\``);
    for (const code of Object.values(exitCodes)) expect(exitCodeHelp).toContain(`\n  ${code}  `);
  });
});
