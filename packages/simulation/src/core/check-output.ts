import { DiskError } from '@mapreduce/service';
import { drawsLots, expectedParts, isCutAnywhere, type InputText } from './workload/oracle.ts';
import type { ProgramName } from './workload/programs.ts';
import type { World } from './world/world.ts';

export interface ExpectedOutput {
  readonly program: ProgramName;
  readonly inputs: readonly InputText[];
  readonly reducers: number;
}

/** How an output directory differs from what the oracle expects; empty if it does not. */
export async function differences(
  world: World,
  directory: string,
  { program, inputs, reducers }: ExpectedOutput,
): Promise<string[]> {
  const disk = world.disk.async;
  const nameOf = (partition: number) => `part-${String(partition).padStart(5, '0')}`;
  const parts = expectedParts(program, inputs, reducers);
  const names = (await disk.list(directory)).filter((name) => name.startsWith('part-'));
  if (isCutAnywhere(program)) {
    const wanted = Array.from({ length: reducers }, (_, partition) => nameOf(partition));
    if (names.join() !== wanted.join()) return [`parts: ${names.join()}, not ${wanted.join()}`];
    const texts = await Promise.all(names.map((name) => disk.read(`${directory}/${name}`)));
    const actual = texts.map((bytes) => new TextDecoder().decode(bytes)).join('');
    const text = parts.join('');
    return actual === text ? [] : [`all parts: ${firstDifference(actual, text)}`];
  }
  const expected = new Map(parts.map((text, partition) => [nameOf(partition), text]));
  const surplus = names
    .filter((name) => !expected.has(name))
    .map((name) => `${name}: not expected`);
  const found: string[] = surplus;
  const lots = new Set<string | undefined>();
  for (const [name, text] of expected) {
    try {
      const written = new TextDecoder().decode(await disk.read(`${directory}/${name}`));
      for (const [, drawn] of written.matchAll(/^lot-[ab]\t(.*)$/gm)) lots.add(drawn);
      const actual = drawsLots(program) ? written.replaceAll(/-\d+(?=[ \n])/g, '') : written;
      if (actual !== text) found.push(`${name}: ${firstDifference(actual, text)}`);
    } catch (error) {
      if (!(error instanceof DiskError)) throw error;
      found.push(`${name}: ${error.message}`);
    }
  }
  // Else its parts are made of different runs of a map.
  if (program === 'lots' && lots.size > 1) found.push('lot-a and lot-b have other lots');
  if (!(await disk.list(directory)).includes('_SUCCESS')) found.push('_SUCCESS: missing');
  return found;
}

function firstDifference(actual: string, expected: string): string {
  const got = actual.split('\n');
  const wanted = expected.split('\n');
  const line = wanted.findIndex((text, index) => got[index] !== text);
  const at = line === -1 ? wanted.length : line;
  return `line ${at + 1} is ${JSON.stringify(got[at])}, not ${JSON.stringify(wanted[at])}`;
}
