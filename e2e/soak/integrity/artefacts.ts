import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JobSettings } from '@mapreduce/protocol';
import { World } from '../world.ts';
import type { Artefact } from './damage.ts';

/** What a map attempt left on its worker's disk. */
export interface MapFiles {
  readonly attempt: string;
  readonly data: Uint8Array;
  readonly index: Uint8Array;
}

/** All that a small job leaves, read while it ran and after its end. */
export interface JobArtefacts {
  readonly settings: JobSettings;
  readonly maps: readonly MapFiles[];
  readonly journals: readonly Artefact[];
  /** Every file below the output directory, by its path there. */
  readonly output: readonly Artefact[];
}

/** Runs a job with real processes and takes its files. */
export async function produce(settings: Partial<JobSettings>): Promise<JobArtefacts> {
  const directory = mkdtempSync(join(tmpdir(), 'mapreduce-integrity-'));
  const world = await World.start({ directory, settings, mapGate: false });
  try {
    const maps = world.workerDirectories.flatMap(mapFiles);
    await world.finish();
    const wrong = world.outputFault();
    if (wrong !== undefined) throw new Error(wrong);
    const journals = files(world.state).filter(({ name }) => name.startsWith('journal-'));
    return { settings: world.settings, maps, journals, output: files(world.output) };
  } finally {
    await world.stop();
    rmSync(directory, { recursive: true, force: true });
  }
}

function files(directory: string): Artefact[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
    .map((path) => ({ name: path.slice(directory.length + 1), bytes: readBytes(path) }));
}

function mapFiles(directory: string): MapFiles[] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .filter((name) => /-map-[^/]*\/data$/.test(name))
    .map((name) => {
      const data = join(directory, name);
      const [, attempt = ''] = /(\d+-\d+-[0-9a-f]{8}-map-\d+-\d+)\/data$/.exec(name) ?? [];
      return {
        attempt,
        data: readBytes(data),
        index: readBytes(data.replace(/data$/, 'index')),
      };
    });
}

/** No Buffer, whose slices are no copies. */
function readBytes(path: string): Uint8Array {
  return new Uint8Array(readFileSync(path));
}
