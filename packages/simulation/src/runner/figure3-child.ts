import { runFigure3 } from '../figure3/run.ts';
import type { Figure3Scenario } from '../figure3/scenario.ts';
import { computing } from './computing.ts';
import type { Figure3Run } from './figure3-process.ts';

/*
 * A process that runs the scenario that it is sent, sends back what became of it, and ends.
 */

process.once('message', (scenario: Figure3Scenario) => {
  void (async () => {
    const result = await runFigure3(scenario, computing);
    const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
    const cpuSeconds = (userCPUTime + systemCPUTime) / 1e6;
    const run: Figure3Run = { result, cpuSeconds, peakMegabytes: maxRSS / 1_024 };
    process.send?.(run, () => process.disconnect());
  })();
});
