import { CommandStartError, type Commands } from '../ports/commands.ts';

/** A machine without any program. */
export const noCommands: Commands = {
  start: ([program = '']) => Promise.reject(new CommandStartError('ENOENT', `no ${program} here`)),
  find: () => undefined,
};
