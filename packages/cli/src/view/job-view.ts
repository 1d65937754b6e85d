import type { JobStatus } from '@mapreduce/protocol';

/** How the job is shown while it runs, and what is said at its end. */
export interface JobView {
  /** The job has a new status. */
  update(status: JobStatus): void;
  /** Something happened that the status does not tell. */
  note(text: string): void;
  /** Ends the view; a terminal is left as it was found, below what was drawn. */
  close(): void;
}

/** Shows nothing. */
export const quietView: JobView = {
  update: () => undefined,
  note: () => undefined,
  close: () => undefined,
};
