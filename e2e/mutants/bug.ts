/** A named test, by its file below the root and its full name (that of `describe` and its own). */
export interface NamedTest {
  readonly file: string;
  readonly name: string;
}

/** A bug to plant: a piece of a source file, and what stands there instead. */
export interface Bug {
  /** What it breaks, in one sentence. */
  readonly breaks: string;
  /** Below the root. */
  readonly file: string;
  /** Found there exactly once. */
  readonly find: string;
  readonly replace: string;
  /** What is to catch it: seeds of the simulator, or one test. */
  readonly caughtBy: 'simulator' | NamedTest;
}

/** A bug under its name, which is that of its file. */
export interface NamedBug extends Bug {
  readonly name: string;
}

/** The source with the bug in it. Throws where the bug's text is not there exactly once. */
export function plant({ name, file, find, replace }: NamedBug, source: string): string {
  const [before, after, ...more] = source.split(find);
  if (before !== undefined && after !== undefined && more.length === 0) {
    return before + replace + after;
  }
  const found = source.split(find).length - 1;
  throw new Error(`${name} is stale: its text is in ${file} ${found} times, not once`);
}
