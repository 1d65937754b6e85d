import { byteClass } from './letters.ts';
import { scanWords } from './scan-words.ts';
import { WordKernel } from './word-kernel.ts';

/** UTF-16 units looked at in one go; each is at most 3 bytes of UTF-8. */
const PIECE = Math.floor(WordKernel.longestText / 3);
const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Made when it is first needed: not every program asks for words. */
let kernel: WordKernel | undefined;
/** Frequent words by number, so that each is made once. Number 0 is that of no word. */
const strings = [''];

/** The words found so far. */
let found: string[] = [];
/** How many of them, when all are found, have a place in the kernel's list; and which comes next. */
let listed = 0;
let next = 0;

/** The words of a text in order: its maximal runs of `\p{L}`, as Go's unicode.IsLetter has it. */
export function words(text: string): string[] {
  kernel ??= new WordKernel();
  found = [];
  listed = 0;
  next = 0;
  if (text.length <= PIECE) {
    addWords(kernel, text);
    listed = found.length;
    return found;
  }
  let from = 0;
  while (text.length - from > PIECE) {
    const to = lastCut(text, from, from + PIECE);
    // A word longer than a piece is rare enough to be slow.
    if (to === from) return text.match(/\p{L}+/gu) ?? [];
    addWords(kernel, text.slice(from, to));
    from = to;
  }
  addWords(kernel, text.slice(from));
  return found;
}

/**
 * The number of a word if it is the next of those that `words` found last, and else 0. It stands for
 * that one string as long as the process lives; numbers are dense, up to `WordKernel.mostRuns`.
 */
export function wordNumber(word: string): number {
  if (kernel === undefined || next >= listed) return 0;
  const number = kernel.numbers[next] as number;
  next += 1;
  // What was found is its caller's, who may have changed it; a number's string is ours.
  return strings[number] === word ? number : 0;
}

/** The last place in (from, to] that follows an ASCII separator, or `from`. */
function lastCut(text: string, from: number, to: number): number {
  let cut = to;
  while (cut > from && byteClass[Math.min(text.charCodeAt(cut - 1), 0xff)] !== 0) cut -= 1;
  return cut;
}

function addWords(kernel: WordKernel, text: string): void {
  const { numbers } = kernel;
  const { written } = encoder.encodeInto(text, kernel.text);
  const end = WordKernel.textStart + written;
  kernel.count = 0;
  let taken = 0;
  for (let at = WordKernel.textStart; ;) {
    const run = kernel.add(at, end, 0);
    const { count } = kernel;
    for (; taken < count; taken += 1) found.push(strings[numbers[taken] as number] as string);
    if (run < 0) return;
    at = kernel.end;
    taken = addRun(kernel, run, at, taken);
    kernel.count = taken;
  }
}

/** Adds the words of a run that has no slot, as of place `taken` in the list; returns the next. */
function addRun(kernel: WordKernel, from: number, to: number, taken: number): number {
  scanWords(
    kernel.bytes,
    (bytes, start, end) => {
      // A slice of the text would keep all of it.
      const word = decoder.decode(bytes.subarray(start, end));
      found.push(word);
      const isTold = start === from && end === to && kernel.tell(start, end, strings.length, 0);
      kernel.numbers[taken] = isTold ? strings.push(word) - 1 : 0;
      taken += 1;
    },
    from,
    to,
  );
  return taken;
}
