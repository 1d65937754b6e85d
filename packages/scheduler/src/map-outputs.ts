import type { AttemptId } from '@mapreduce/protocol';
import type { FetchReport, Suspicion } from './policies/fetch-failure.ts';
import { patienceEnded, weighReport } from './policies/fetch-failure.ts';
import { avoid } from './policies/failure-limits.ts';
import { blameReporter } from './policies/lone-reporter.ts';
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

/** A reducer could not fetch a map's output. A report about an older output changes nothing. */
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
  const suspicion = weighReport(suspicions.get(map), report);
  if (suspicion !== undefined) suspicions.set(map, suspicion);
  else if (report.reason === 'unreachable')
    loseUnreachable(state, map, suspicions.get(map), commands);
  else loseUnfetchable(state, map, commands);
}

/** Gives up the outputs whose only report has waited long enough, if its reporter still waits. */
export function settleSuspicions(state: SchedulerState, commands: Commands): void {
  for (const [map, suspicion] of state.suspicions) {
    if (!patienceEnded(suspicion, state.now)) return;
    if (commands.length >= COMMANDS_A_STEP) {
      state.backlog = true;
      return;
    }
    state.suspicions.delete(map);
    const waits = [...suspicion.reporters].some(({ id }) => state.attempts.has(id));
    if (waits) loseUnreachable(state, map, suspicion, commands);
  }
}

/** The map runs again, unless the fault is its reporter's. */
function loseUnreachable(
  state: SchedulerState,
  map: number,
  suspicion: Suspicion | undefined,
  commands: Commands,
): void {
  if (suspicion === undefined || !blameReporter(state, map, suspicion, commands)) {
    loseUnfetchable(state, map, commands);
  } else state.suspicions.delete(map);
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
