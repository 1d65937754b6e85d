import { CommanderError } from 'commander';
import { exitCodes } from './exit-codes.ts';
import { definePlugin, type PluginActions } from './kubernetes/define-plugin.ts';
import { exitWith } from './report-error.ts';

const actions: PluginActions = {
  submit: async (...args) => (await import('./kubernetes/actions/submit.ts')).submit(...args),
  get: async (...args) => (await import('./kubernetes/actions/get.ts')).get(...args),
  watch: async (...args) => (await import('./kubernetes/actions/watch.ts')).watch(...args),
  logs: async (...args) => (await import('./kubernetes/actions/logs.ts')).logs(...args),
  cat: async (...args) => (await import('./kubernetes/actions/output.ts')).atOutput('cat', ...args),
  verify: async (...args) =>
    (await import('./kubernetes/actions/output.ts')).atOutput('verify', ...args),
  cancel: async (...args) => (await import('./kubernetes/actions/change.ts')).cancel(...args),
  scale: async (...args) => (await import('./kubernetes/actions/change.ts')).scale(...args),
  explain: async (...args) => (await import('./kubernetes/actions/explain.ts')).explainJob(...args),
};

// A reader that has seen enough (`head`) is no error, and nothing more is worth doing.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(exitCodes.done);
});

/** The entry of `kubectl mapreduce`. */
void exitWith(async () => {
  let exitCode: number = exitCodes.done;
  try {
    await definePlugin(actions, (code) => (exitCode = code)).parseAsync(process.argv);
    return exitCode;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    // Help is no error; all else that commander throws is a fault of usage.
    return error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
  }
});
