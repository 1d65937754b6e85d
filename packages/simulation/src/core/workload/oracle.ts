import type { ProgramName } from './programs.ts';

/*
 * What a job's output must be, worked out in the plainest way from the definition of the system and
 * from nothing of its code: this file imports no package of the product.
 */

export interface InputText {
  /** As the program sees it. */
  readonly name: string;
  readonly text: string;
}

interface Pair {
  readonly key: string;
  readonly value: string;
}

/** Of `picky`: a line with this word is left out, or fails the job; of `broken`: the word itself does. */
const badWord = 'constructor';

/** Whether every attempt at some task throws, as `skipped` bad records may be left out. */
export function mustFail(
  program: ProgramName,
  inputs: readonly InputText[],
  skipped: number,
): boolean {
  const isDoomed = program === 'broken' || (program === 'picky' && skipped === 0);
  return isDoomed && inputs.some(({ text }) => text.split(/[ \r\n]/).includes(badWord));
}

/** Whether the program draws lots, which differ from run to run, for the keys `lot-a` and `lot-b`. */
export function drawsLots(program: ProgramName): boolean {
  return program === 'lots' || program === 'dice';
}

/** Whether the parts are ranges of the keys, wherever they are cut: only all of them in order are known. */
export function isCutAnywhere(program: ProgramName): boolean {
  return program === 'ranges';
}

/** The parts' texts, in order of partition; of a program that is cut anywhere, as if there were one. */
export function expectedParts(
  program: ProgramName,
  inputs: readonly InputText[],
  reducers: number,
): string[] {
  if (isCutAnywhere(program)) reducers = 1;
  const isBad = (words: readonly string[]) => program === 'picky' && words.includes(badWord);
  const pairs = inputs.flatMap(({ name, text }) =>
    drawsLots(program) ? linesOf(text) : pairsOf(name, text, isBad),
  );
  const byKey = new Map<string, string[]>();
  for (const { key, value } of pairs) byKey.set(key, [...(byKey.get(key) ?? []), value]);

  const parts = Array.from({ length: reducers }, () => '');
  for (const key of [...byKey.keys()].sort(compareUtf8)) {
    const values = byKey.get(key) ?? [];
    const isJoined = program === 'places' || drawsLots(program);
    const result = isJoined ? values.join(' ') : String(values.length);
    const partition = Number(hash(key) % BigInt(reducers));
    parts[partition] = `${parts[partition] ?? ''}${key}\t${result}\n`;
  }
  return parts;
}

/** Every word with where it stands: file, byte offset of its line, index in the line. */
function pairsOf(name: string, text: string, isBad: (words: readonly string[]) => boolean): Pair[] {
  const pairs: Pair[] = [];
  let offset = 0;
  const lines = text.split('\n');
  for (const line of lines) {
    const words = line
      .replace(/\r$/, '')
      .split(' ')
      .filter((word) => word !== '');
    if (!isBad(words)) {
      words.forEach((key, index) => pairs.push({ key, value: `${name}@${offset}#${index}` }));
    }
    offset += utf8(line).length + 1;
  }
  return pairs;
}

/** Of a program that draws lots: each word with its line, and each line as a lot without its number. */
function linesOf(text: string): Pair[] {
  const lines = text.split('\n').map((line) => line.replace(/\r$/, ''));
  // Nothing comes after the last end of a line.
  if (lines.at(-1) === '') lines.pop();
  return lines.flatMap((line) => {
    const words = line.split(' ').filter((word) => word !== '');
    return ['lot-a', 'lot-b', ...words].map((key) => ({ key, value: line }));
  });
}

function utf8(text: string): number[] {
  return [...new TextEncoder().encode(text)];
}

function compareUtf8(a: string, b: string): number {
  const [left, right] = [utf8(a), utf8(b)];
  for (let index = 0; index < Math.min(left.length, right.length); index += 1) {
    const difference = (left[index] ?? 0) - (right[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}

/** 32-bit FNV-1a without its sign bit: `ihash` of the MIT lab. */
function hash(key: string): bigint {
  let state = 0x811c9dc5n;
  for (const byte of utf8(key)) state = ((state ^ BigInt(byte)) * 0x01000193n) % 2n ** 32n;
  return state % 2n ** 31n;
}
