import type { JobStatus, Phase } from '@mapreduce/protocol';
import { formatDuration } from '../values/duration.ts';
import { formatSize } from '../values/size.ts';
import type { Rates } from './rates.ts';
import { stragglerText } from './straggler.ts';
import { cell, counted, fit, grouped, widthOf, type Style } from './style.ts';

/** One stage of the pipeline: what it is called, and two facts about it. */
interface Stage {
  readonly name: string;
  readonly facts: readonly [string, string];
  readonly state: 'waiting' | 'active' | 'done';
}

const ARROW = ' → ';
const STAGES = 5;
/** Below it, the stages stand under each other. */
const WIDE = 80;
/** Columns before the cells of a row of tasks. */
const LABEL = 9;
const MAX_WORKERS = 4;

/** The whole pipeline at one moment, at most `style.columns` wide: what a terminal shows. */
export function pipelineLines(status: JobStatus, rates: Rates, style: Style): string[] {
  const stages = stagesOf(status, rates);
  const width = Math.min(style.columns, 120);
  return [
    headline(status, rates, style),
    '',
    ...(width >= WIDE
      ? besideEachOther(stages, width, style)
      : belowEachOther(stages, width, style)),
    '',
    tasksLine('map', status.maps, status.mapStates, width, style),
    tasksLine('reduce', status.reduces, status.reduceStates, width, style),
    ...workerLines(status, width, style),
    ...troubleLines(status, width, style),
  ];
}

function headline(status: JobStatus, rates: Rates, { columns, colors }: Style): string {
  const parts = [
    status.state === 'running' ? status.phase : status.state,
    formatDuration(status.elapsedMs),
    ...(rates.bytesPerSecond > 0 ? [`${formatSize(rates.bytesPerSecond)}/s`] : []),
    ...(rates.recordsPerSecond > 0
      ? [`${grouped(Math.round(rates.recordsPerSecond))} records/s`]
      : []),
  ];
  const name = fit(status.program, Math.max(8, columns - 40));
  return colors.bold(name) + fit(` · ${parts.join(' · ')}`, columns - widthOf(name));
}

function stagesOf(status: JobStatus, rates: Rates): Stage[] {
  const { phase, maps, reduces, inputs, progress } = status;
  const over = status.state !== 'running';
  const reached = (wanted: Phase) => order(phase) >= order(wanted);
  return [
    {
      name: 'source',
      facts:
        phase === 'describe'
          ? ['being listed', '']
          : [counted(inputs.count, 'file'), formatSize(inputs.bytes)],
      state: reached('map') ? 'done' : 'active',
    },
    {
      name: maps.total > 0 ? `map 0..${maps.total - 1}` : 'map',
      facts: phase === 'describe' ? ['not planned yet', ''] : tally(maps),
      state:
        maps.total > 0 && maps.completed === maps.total
          ? 'done'
          : reached('map')
            ? 'active'
            : 'waiting',
    },
    {
      name: 'shuffle',
      facts: [formatSize(progress.bytesShuffled), `${grouped(progress.recordsShuffled)} records`],
      state:
        reduces.completed === reduces.total ? 'done' : reached('reduce') ? 'active' : 'waiting',
    },
    {
      name: reduces.total > 0 ? `reduce 0..${reduces.total - 1}` : 'reduce',
      facts: tally(reduces),
      state:
        reduces.completed === reduces.total ? 'done' : reached('reduce') ? 'active' : 'waiting',
    },
    {
      name: 'output',
      facts: [`${grouped(progress.recordsWritten)} records`, formatSize(progress.bytesWritten)],
      state: over ? 'done' : rates.bytesPerSecond >= 0 && reached('reduce') ? 'active' : 'waiting',
    },
  ];
}

function order(phase: Phase): number {
  return ['describe', 'sample', 'map', 'reduce', 'finish'].indexOf(phase);
}

function tally(counts: JobStatus['maps']): [string, string] {
  return [`${grouped(counts.completed)} of ${grouped(counts.total)}`, activity(counts)];
}

function activity({ inProgress, completed, total }: JobStatus['maps']): string {
  if (total > 0 && completed === total) return 'done';
  return inProgress > 0 ? `${grouped(inProgress)} running` : 'waiting';
}

function besideEachOther(stages: readonly Stage[], width: number, style: Style): string[] {
  const column = Math.floor((width - (STAGES - 1) * ARROW.length) / STAGES);
  const row = (text: (stage: Stage) => string, between: string, paint: Paint) =>
    stages.map((stage) => paint(stage, cell(text(stage), column))).join(between);
  const gap = ' '.repeat(ARROW.length);
  const plain: Paint = (_stage, text) => text;
  return [
    row((stage) => stage.name, style.colors.dim(ARROW), named(style)),
    row((stage) => stage.facts[0], gap, plain),
    row((stage) => stage.facts[1], gap, plain),
  ].map((line) => line.trimEnd());
}

function belowEachOther(stages: readonly Stage[], width: number, style: Style): string[] {
  const paint = named(style);
  const column = 16;
  return stages.map((stage, index) => {
    const arrow = index === 0 ? '  ' : '→ ';
    const facts = fit(stage.facts.filter(Boolean).join(', '), width - column - arrow.length);
    return style.colors.dim(arrow) + paint(stage, cell(stage.name, column)) + facts;
  });
}

type Paint = (stage: Stage, text: string) => string;

function named({ colors }: Style): Paint {
  const paints = { waiting: colors.dim, active: colors.cyan, done: colors.green };
  return ({ state }, text) => paints[state](text);
}

/** One mark a task, or, where there are too many, a bar of the same three states. */
function tasksLine(
  name: string,
  counts: JobStatus['maps'],
  states: string | undefined,
  width: number,
  style: Style,
): string {
  const room = width - LABEL;
  const marks = states !== undefined && states.length <= room ? states : bar(counts, room);
  const { colors } = style;
  const painted = marks.replaceAll(
    /(c+)|(p+)|(i+)/g,
    (_run, done: string, running: string, idle: string) => {
      if (done) return colors.green('■'.repeat(done.length));
      if (running) return colors.cyan('▶'.repeat(running.length));
      return colors.dim('·'.repeat(idle.length));
    },
  );
  return (cell(name, LABEL) + painted).trimEnd();
}

/** The states in proportion; a state that has any task shows at least once. */
function bar({ total, completed, inProgress }: JobStatus['maps'], width: number): string {
  if (total === 0) return '';
  const room = Math.min(width, 60);
  const cells = (count: number) =>
    count === 0 ? 0 : Math.max(1, Math.floor((count / total) * room));
  const running = Math.min(cells(inProgress), room);
  const done = Math.min(completed === total ? room : cells(completed), room - running);
  return 'c'.repeat(done) + 'p'.repeat(running) + 'i'.repeat(room - done - running);
}

function workerLines(status: JobStatus, width: number, { colors }: Style): string[] {
  const alive = status.workers.filter(({ state }) => state === 'alive' || state === 'draining');
  const shown = alive
    .slice(0, MAX_WORKERS)
    .map(({ address, busy, slots, tasksCompleted, state }, index) => {
      const load =
        state === 'draining' ? 'draining' : busy > 0 ? `${busy} of ${slots} busy` : 'idle';
      const text = `${cell(address.replace(/^https?:\/\//, ''), 21)} ${cell(load, 12)} ${counted(tasksCompleted, 'task')}`;
      return cell(index === 0 ? 'workers' : '', LABEL) + fit(text, width - LABEL);
    });
  const more = status.workersTotal - shown.length;
  const lost = status.attempts.lost;
  return [
    ...shown,
    ...(more > 0 && alive.length > MAX_WORKERS
      ? [cell('', LABEL) + colors.dim(`and ${more} more`)]
      : []),
    ...(lost > 0 ? [cell('', LABEL) + colors.yellow(counted(lost, 'attempt') + ' lost')] : []),
  ];
}

function troubleLines(status: JobStatus, width: number, { colors }: Style): string[] {
  const { failed, backup, fetchFailures, moved, rerunAhead } = status.attempts;
  const facts = [
    ...(failed > 0 ? [`${counted(failed, 'attempt')} failed`] : []),
    ...(fetchFailures > 0
      ? [counted(fetchFailures, 'failed fetch').replace(/fetchs$/, 'fetches')]
      : []),
    ...(backup > 0 ? [counted(backup, 'backup attempt')] : []),
    ...(moved > 0 ? [`${counted(moved, 'output')} moved`] : []),
    ...(rerunAhead > 0 ? [`${counted(rerunAhead, 'map')} re-run ahead`] : []),
  ];
  const slow = status.straggler === undefined ? [] : [stragglerText(status.straggler)];
  const lines = [...(facts.length === 0 ? [] : [facts.join(', ')]), ...slow];
  return lines.map((text, index) =>
    colors.yellow(fit(cell(index === 0 ? 'trouble' : '', LABEL) + text, width)),
  );
}
