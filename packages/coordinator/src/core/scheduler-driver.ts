import {
  createScheduler,
  nextTick,
  step,
  type SchedulerCommand,
  type SchedulerEvent,
  type SchedulerSettings,
  type SchedulerState,
} from '@mapreduce/scheduler';
import type { Clock, Timer } from '@mapreduce/service';
import type { StepObserver } from './ports.ts';

/** An event without its time: the driver says when. */
export type UntimedEvent = SchedulerEvent extends infer E
  ? E extends SchedulerEvent
    ? Omit<E, 'at'>
    : never
  : never;

/** Gives the pure scheduler its clock and its ticks, and has its commands carried out. */
export class SchedulerDriver {
  readonly state: SchedulerState;
  readonly #clock: Clock;
  readonly #carryOut: (commands: readonly SchedulerCommand[]) => void;
  readonly #onStep: StepObserver | undefined;
  #timer: Timer | undefined;
  #armedFor = Infinity;

  /** `carryOut` must not send events itself before it returns. */
  constructor(
    clock: Clock,
    settings: SchedulerSettings,
    carryOut: (commands: readonly SchedulerCommand[]) => void,
    onStep?: StepObserver,
  ) {
    this.#clock = clock;
    this.#carryOut = carryOut;
    this.#onStep = onStep;
    this.state = createScheduler(settings);
  }

  /** Returns the commands that were carried out. */
  send(event: UntimedEvent): readonly SchedulerCommand[] {
    const timed = { ...event, at: this.#clock.now() };
    const commands = step(this.state, timed);
    this.#onStep?.(timed, commands, this.state);
    this.#carryOut(commands);
    this.#arm();
    return commands;
  }

  stop(): void {
    this.#timer?.cancel();
    this.#armedFor = -Infinity;
  }

  /** A timer that fires before the tick is due costs a tick; one that is set anew, every event. */
  #arm(): void {
    const due = nextTick(this.state);
    if (due >= this.#armedFor) return;
    this.#timer?.cancel();
    this.#armedFor = due;
    this.#timer = this.#clock.after(Math.max(0, due - this.#clock.now()), () => {
      this.#armedFor = Infinity;
      this.send({ kind: 'tick' });
    });
  }
}
