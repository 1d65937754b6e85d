import type { SeededRandom } from '@mapreduce/service/virtual';

/** Words that have tripped others: prototype members, integers, other planes, prefixes of others. */
const words = [
  ...['__proto__', 'constructor', 'toString', '0', '10', '9', 'é', '😀', '\uffee', 'a', 'aa', 'ab'],
  ...['the', 'quick', 'brown', 'fox', 'jumps', 'over', 'lazy', 'dog'],
];

/** A few lines of a small vocabulary: short and long ones, empty ones, LF and CRLF, a last end or none. */
export function drawText(random: SeededRandom, lines: number): string {
  const end = random.chance(0.2) ? '\r\n' : '\n';
  const text = Array.from({ length: lines }, () => {
    const length = random.chance(0.05) ? random.integer(20, 60) : random.integer(0, 8);
    return Array.from({ length }, () => random.pick(words)).join(random.chance(0.1) ? '  ' : ' ');
  }).join(end);
  return random.chance(0.5) ? text : text + end;
}
