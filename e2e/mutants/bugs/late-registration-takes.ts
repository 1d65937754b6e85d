import type { Bug } from '../bug.ts';

export const bug: Bug = {
  breaks: 'A registration takes from its worker what it does not name, though it may come late.',
  file: 'packages/scheduler/src/hold-outputs.ts',
  find: '  for (const output of outputs) holdOutput(state, worker, output, commands);',
  replace: `  for (const map of state.held.of(worker.index)) {
    if (!outputs.some((output) => output.map === map)) {
      const attempt = outputOf(state, map);
      state.held.remove(worker.index, map);
      state.tasks.map.lose(map);
      commands.push({ kind: 'mapLost', map, attempt });
    }
  }
  for (const output of outputs) holdOutput(state, worker, output, commands);`,
  caughtBy: {
    file: 'packages/scheduler/src/recovery.test.ts',
    name: 'after a restart a holder that comes changes nothing, whatever it names: it may have said that before it held the rest',
  },
};
