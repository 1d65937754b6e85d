import { inputDirectory, type ScenarioOverrides } from '../scenario.ts';
import type { BusyMs } from '../executor/executor.ts';
import { drawScenario } from '../scenario.ts';

/** Three files, and so three maps, of a word count with two reducers. */
export function smallJob({
  workers,
  busyMs = () => 5,
}: {
  readonly workers: number;
  readonly busyMs?: BusyMs;
}): ScenarioOverrides {
  const texts = ['the quick brown fox\n', 'jumps over the\nlazy dog', 'the end\n'];
  const { settings } = drawScenario(0);
  return {
    program: 'count',
    settings: {
      ...settings,
      program: { kind: 'builtin', name: 'count' },
      ...{ reducers: 2, splitSize: 1_000, compression: 'none', backupTasks: false },
    },
    inputs: texts.map((text, index) => ({ name: `${inputDirectory}/${index}.txt`, text })),
    sink: 'file',
    workers,
    slots: 1,
    weather: { minLatencyMs: 0.1, maxLatencyMs: 0.5, loss: 0, encoded: false },
    busyMs,
    faults: [],
  };
}
