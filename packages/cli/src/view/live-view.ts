import type { JobStatus } from '@mapreduce/protocol';
import type { JobView } from './job-view.ts';
import { pipelineLines } from './pipeline.ts';
import { RateMeter } from './rates.ts';
import { styleOf, type Style } from './style.ts';

const REDRAW_MS = 100;
const HIDE_CURSOR = '\u001B[?25l';
const SHOW_CURSOR = '\u001B[?25h';
const CLEAR_LINE = '\u001B[K';
const CLEAR_BELOW = '\u001B[J';

/** Draws the pipeline on a terminal, and draws it again in place at most ten times a second. */
export class LiveView implements JobView {
  readonly #stream: NodeJS.WriteStream;
  readonly #style: () => Style;
  readonly #rates = new RateMeter();
  #lines = 0;
  #columns = 0;
  #drawnAt = -Infinity;
  #pending: NodeJS.Timeout | undefined;
  #status: JobStatus | undefined;
  #notes: string[] = [];

  constructor(stream: NodeJS.WriteStream, env: NodeJS.ProcessEnv) {
    this.#stream = stream;
    this.#style = () => styleOf(stream, env);
  }

  update(status: JobStatus): void {
    this.#status = status;
    if (this.#pending !== undefined) return;
    const wait = this.#drawnAt + REDRAW_MS - performance.now();
    if (wait <= 0) this.#draw();
    else this.#pending = setTimeout(() => this.#draw(), wait);
  }

  note(text: string): void {
    this.#notes.push(text);
  }

  close(): void {
    clearTimeout(this.#pending);
    if (this.#status !== undefined) this.#draw();
    if (this.#lines > 0) this.#stream.write(`\n${SHOW_CURSOR}`);
  }

  #draw(): void {
    this.#pending = undefined;
    this.#drawnAt = performance.now();
    const status = this.#status;
    if (status === undefined) return;
    const style = this.#style();
    const all = pipelineLines(status, this.#rates.add(status), style);
    // A frame taller than the terminal would scroll, and could not be drawn over.
    const lines = all.slice(0, Math.max(1, this.#stream.rows - 2));
    const notes = this.#notes.splice(0);
    const text = [...notes, ...lines].map((line) => line + CLEAR_LINE).join('\n');
    this.#stream.write(`${this.#home(style)}${text}${CLEAR_BELOW}`);
    this.#lines = lines.length;
    this.#columns = style.columns;
  }

  /** Moves to where the last frame began. A terminal that was resized has wrapped it anew. */
  #home({ columns }: Style): string {
    if (this.#lines === 0) return HIDE_CURSOR;
    if (columns < this.#columns) return '\n';
    return this.#lines > 1 ? `\r\u001B[${this.#lines - 1}A` : '\r';
  }
}
