/** How much of a standard error is kept, in bytes. */
const tailBytes = 4_096;
/** A longer line is told in pieces. */
const longestLine = 65_536;

/** The lines of a standard error, as they come. */
export class ErrorLines {
  readonly #onLine: (line: string) => boolean;
  readonly #print: (text: string) => void;
  readonly #decoder = new TextDecoder();
  #rest = '';
  #tail = '';

  /** Lines for which `onLine` returns false are printed. */
  constructor(onLine: (line: string) => boolean, print: (text: string) => void) {
    this.#onLine = onLine;
    this.#print = print;
  }

  /** The last that was printed. */
  get tail(): string {
    return this.#tail.trim();
  }

  push(chunk: Uint8Array): void {
    const lines = (this.#rest + this.#decoder.decode(chunk, { stream: true })).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) this.#line(line);
    if (this.#rest.length > longestLine) this.end();
  }

  end(): void {
    const rest = this.#rest;
    this.#rest = '';
    if (rest !== '') this.#line(rest);
  }

  #line(line: string): void {
    if (this.#onLine(line)) return;
    this.#print(`${line}\n`);
    this.#tail = `${this.#tail}${line}\n`.slice(-tailBytes);
  }
}
