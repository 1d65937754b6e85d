import type { SchedulerState } from '../state.ts';
import { taskCounts } from '../views.ts';

const kinds = ['describe', 'sample', 'map', 'reduce'] as const;

/** Compares all that the state keeps for speed with a naive recount; returns what differs. */
export function inconsistencies(state: SchedulerState): string[] {
  return [...tasks(state), ...workers(state), ...holders(state), ...waiting(state)];
}

function* tasks(state: SchedulerState): Generator<string> {
  for (const kind of kinds) {
    const table = state.tasks[kind];
    const counted = { total: table.size, idle: 0, inProgress: 0, completed: 0 };
    for (let index = 0; index < table.size; index++) {
      const live = [...state.attempts].filter(
        (attempt) => attempt.table === table && attempt.index === index,
      );
      const letter = table.letter(index);
      if (letter === 'i') counted.idle++;
      if (letter === 'p') counted.inProgress++;
      if (letter === 'c') counted.completed++;
      if ((letter === 'p') !== live.length > 0) {
        yield `${kind} ${index} is ${letter} with ${live.length} live attempts`;
      }
      if (live.length > 2) yield `${kind} ${index} has ${live.length} live attempts`;
      if (new Set(live.map(({ worker }) => worker)).size < live.length) {
        yield `${kind} ${index} runs twice on one worker`;
      }
      if (new Set([...live, ...table.attempts(index)]).size !== live.length) {
        yield `${kind} ${index} names attempts that are not live`;
      }
    }
    if (JSON.stringify(counted) !== JSON.stringify(taskCounts(state, kind))) {
      yield `${kind}: counted ${JSON.stringify(counted)}, kept ${JSON.stringify(taskCounts(state, kind))}`;
    }
  }
}

function* workers(state: SchedulerState): Generator<string> {
  const alive = state.workers.filter((worker) => worker.state === 'alive');
  const slots = alive.reduce((sum, worker) => sum + worker.slots, 0);
  if (alive.length !== state.aliveWorkers) yield `${state.aliveWorkers} workers alive`;
  if (slots !== state.aliveSlots) yield `${state.aliveSlots} slots alive, counted ${slots}`;
  if ([...state.silence].length !== alive.length) yield 'the expiry list misses a worker';
  for (const worker of state.workers) {
    const { incarnation, attempts } = worker;
    if (attempts.length > worker.slots) yield `${incarnation} runs more than its slots`;
    if (worker.state !== 'alive' && attempts.length > 0) yield `${incarnation} is dead and runs`;
    for (const attempt of attempts) {
      if (!attempt.isLive) yield `${attempt.id} is not live`;
    }
  }
  const leased = state.workers.reduce((sum, { attempts }) => sum + attempts.length, 0);
  if (leased !== state.attempts.size) yield `${state.attempts.size} live, ${leased} on workers`;
  const backups = [...state.attempts].filter(({ backup }) => backup).length;
  if (backups !== state.liveBackups) yield `${state.liveBackups} backups, counted ${backups}`;
  for (const [partition, attempt] of state.grants) {
    if (!attempt.isLive) yield `partition ${partition} is granted to the dead`;
  }
}

/** Every completed map is in its holder's list, and the lists hold nothing else. */
function* holders(state: SchedulerState): Generator<string> {
  const { map } = state.tasks;
  const listed = state.held.all();
  for (let index = 0; index < map.size; index++) {
    const holder = map.isCompleted(index) ? map.holder(index) : undefined;
    if (listed.get(index) !== holder) yield `map ${index} is listed wrongly`;
    if (holder === undefined || state.backlog) continue;
    if (state.outcome === 'running' && state.workers[holder]?.state !== 'alive') {
      yield `map ${index} is held by the dead`;
    }
  }
}

/** Who waits could be given a task, and nobody waits in vain. */
function* waiting(state: SchedulerState): Generator<string> {
  const listed = new Set(state.waiting);
  const alive = state.workers.filter(
    (worker) => worker.state === 'alive' && !worker.draining,
  ).length;
  for (const worker of state.workers) {
    const fit = !state.unfit.has(worker) || state.unfit.size === alive;
    const should = worker.state === 'alive' && worker.room > 0 && fit;
    if (should !== listed.has(worker)) yield `${worker.incarnation} waits: ${listed.has(worker)}`;
  }
  if (state.outcome !== 'running' || state.backlog || listed.size === 0) return;
  if (state.now < state.leasesFrom) return;
  const kind = state.phase === 'finish' ? 'reduce' : state.phase;
  const free = state.tasks[kind].idle - state.tasks[kind].queue.shunned;
  if (free > 0) yield `${free} tasks are idle while ${listed.size} workers wait`;
}
