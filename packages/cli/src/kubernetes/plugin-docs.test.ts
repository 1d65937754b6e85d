import { readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import { exitCodes } from '../exit-codes.ts';
import { definePlugin, type PluginActions } from './define-plugin.ts';

const docs = readFileSync(new URL('../../../../docs/kubectl.md', import.meta.url), 'utf8');
const unused = () => Promise.resolve(exitCodes.done);
const actions: PluginActions = {
  ...{ submit: unused, get: unused, watch: unused, logs: unused, cat: unused },
  ...{ verify: unused, cancel: unused, scale: unused, explain: unused },
};

it('docs/kubectl.md holds the help of every command as it is', () => {
  const { commands } = definePlugin(actions, () => undefined);
  for (const command of commands) {
    command.configureHelp({ helpWidth: 80 });
    expect(docs).toContain(`## kubectl mapreduce ${command.name()}\n`);
    expect(docs).toContain(`\`\`\`text\n${command.helpInformation().trimEnd()}\n\`\`\``);
  }
  const chapters = [...docs.matchAll(/^## kubectl mapreduce (\S+)$/gm)].map(([, name]) => name);
  expect(chapters).toEqual(commands.map((command) => command.name()));
});
