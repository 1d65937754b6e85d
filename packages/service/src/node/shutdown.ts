/** What ends a process in an orderly way; the numbers are for the exit code. */
const shutdownSignals = { SIGINT: 2, SIGTERM: 15 } as const;

type ShutdownSignal = keyof typeof shutdownSignals;

/** Calls `onSignal` for each signal; where it returns false, the process ends at once, as in shells. */
function handle(onSignal: (name: ShutdownSignal) => boolean): void {
  for (const name of Object.keys(shutdownSignals) as ShutdownSignal[]) {
    process.on(name, () => {
      if (!onSignal(name)) process.exit(128 + shutdownSignals[name]);
    });
  }
}

/**
 * A signal that aborts, with the signal's name as its reason, when the process is first told to end.
 * A second time ends it at once, with the exit code of the shells (128 + the signal's number).
 */
export function shutdownSignal(): AbortSignal {
  const controller = new AbortController();
  handle((name) => {
    if (controller.signal.aborted) return false;
    controller.abort(name);
    return true;
  });
  return controller.signal;
}

/** What a process that others depend on is told. */
export interface LeaveSignals {
  /** To go when others have what they need of it. */
  readonly drain: AbortSignal;
  /** To go now. */
  readonly leave: AbortSignal;
}

/** The first SIGTERM aborts `drain`; a second one, or SIGINT, `leave`; then each ends it at once. */
export function leaveSignals(): LeaveSignals {
  const [drain, leave] = [new AbortController(), new AbortController()];
  handle((name) => {
    if (leave.signal.aborted) return false;
    const isPatient = name === 'SIGTERM' && !drain.signal.aborted;
    (isPatient ? drain : leave).abort(name);
    return true;
  });
  return { drain: drain.signal, leave: leave.signal };
}
