import type { AttemptId } from '@mapreduce/protocol';
import type { FetchReport } from './policies/fetch-failure.ts';
import { addReport, isConfirmed, patienceEnded } from './policies/fetch-failure.ts';
import { blameReporters } from './policies/blame-reporters.ts';
import { avoid } from './policies/failure-limits.ts';
import { COMMANDS_A_STEP, type Commands, type SchedulerState } from './state.ts';
import { winningAttempt } from './winner.ts';

/** The attempt whose output a completed map's is. */
export function outputOf(state: SchedulerState, map: number): AttemptId {
  return winningAttempt(state, state.tasks.map, map);
}

/** The output of a completed map is gone: the map runs again. */
export function loseMap(state: SchedulerState, map: number, commands: Commands): void {
  const attempt = outputOf(state, map);
  state.held.remove(state.tasks.map.holder(map), map);
  state.suspicions.delete(map);
  state.tasks.map.lose(map);
  commands.push({ kind: 'mapLost', map, attempt });
}

/**
 * A reducer could not fetch a map's output. A holder that answers that the output is gone, or serves
 * damaged bytes, will not do better later: the map runs again at once. A report about an older output
 * changes nothing.
 */
export function reportFetchFailure(
  state: SchedulerState,
  {
    map,
    mapAttempt,
    holder,
    ...report
  }: FetchReport & {
    readonly map: number;
    readonly mapAttempt: AttemptId;
    readonly holder: string;
  },
  commands: Commands,
): void {
  const { tasks, suspicions } = state;
  if (!tasks.map.has(map) || !tasks.map.isCompleted(map)) return;
  if (outputOf(state, map) !== mapAttempt) return;
  if (state.workers[tasks.map.holder(map)]?.incarnation !== holder) return;
  state.totals.fetchFailures++;
  if (report.reason !== 'unreachable') {
    loseUnfetchable(state, map, commands);
    return;
  }
  const suspicion = addReport(suspicions.get(map), report);
  suspicions.set(map, suspicion);
  if (!isConfirmed(suspicion)) return;
  const verdict = blameReporters(state, map, suspicion, commands);
  if (verdict === 'lost') loseUnfetchable(state, map, commands);
  if (verdict === 'moved') suspicions.delete(map);
}

/** Gives up the outputs whose first report has waited long enough, if one of its reporters still waits. */
export function settleSuspicions(state: SchedulerState, commands: Commands): void {
  for (const [map, suspicion] of state.suspicions) {
    if (!patienceEnded(suspicion, state.now)) return;
    if (commands.length >= COMMANDS_A_STEP) {
      state.backlog = true;
      return;
    }
    state.suspicions.delete(map);
    const waits = [...suspicion.reporters].some(({ isLive }) => isLive);
    if (!waits) continue;
    const verdict = blameReporters(state, map, suspicion, commands);
    if (verdict !== 'moved') loseUnfetchable(state, map, commands);
  }
}

/** The next attempt is best made where the output was not lost. */
function loseUnfetchable(state: SchedulerState, map: number, commands: Commands): void {
  const table = state.tasks.map;
  const until = state.now + state.settings.workerTimeoutMs;
  avoid(table.troubleOf(map), table.holder(map), until);
  loseMap(state, map, commands);
}

/** Gives up what ended workers hold, as much as one step may. */
export function dissolve(state: SchedulerState, commands: Commands): void {
  for (let ended = state.dissolving[0]; ended !== undefined; ended = state.dissolving[0]) {
    for (;;) {
      const map = state.held.firstOf(ended.index);
      if (map === undefined) break;
      if (commands.length >= COMMANDS_A_STEP) {
        state.backlog = true;
        return;
      }
      loseMap(state, map, commands);
    }
    state.dissolving.shift();
  }
}
