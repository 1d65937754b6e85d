import { SeededRandom } from '@mapreduce/service/virtual';
import build from '../../local/support/build.js';
import { readNumbers, report } from '../command.ts';
import { produce, type JobArtefacts } from './artefacts.ts';
import { damage, damageKinds, type Artefact } from './damage.ts';
import { readDamaged, restarted, written, type WrittenJournal } from './journals.ts';
import { findingsOf, isVouchedFor } from './outputs.ts';
import { reported, takeIn } from './segments.ts';

/*
 * node e2e/soak/integrity/main.ts [--flips N] [--seed S] [--only INDEX]
 * Damages what real jobs have left, and asks the code that production asks: no damage is accepted.
 */

const { flips, seed, only } = readNumbers({ flips: 10_000, seed: 1, only: -1 });

/** Another attempt's data with its index: sound in themselves, and not what was reported. */
const exchangeOfBoth = 'exchange both';

/** What a seed damages in one try; returns the verdict, or what is wrong. */
type Victim = (random: SeededRandom) => Promise<Verdict> | Verdict;

interface Verdict {
  readonly what: string;
  readonly kind: string;
  readonly verdict: 'refused' | 'cut' | 'accepted' | 'wrong';
}

build();
const jobs: JobArtefacts[] = [];
for (const format of ['binary', 'json'] as const) {
  for (const compression of ['zstd', 'none'] as const) {
    jobs.push(await produce({ format, compression }));
  }
}
const files = await journalsOf(jobs);
const victims = new Map<string, Victim>([
  ['segments', segments(jobs)],
  ['journal', journals(files)],
  ['output', outputs(jobs)],
]);
await checkUndamaged(jobs, files);

const counts = new Map<string, number>();
let failed = 0;
const indexes = only >= 0 ? [only] : Array.from({ length: flips }, (_, index) => index);
for (const index of indexes) {
  const random = new SeededRandom(Math.imul(seed, 0x2545f491) + index);
  const name = random.pick([...victims.keys()]);
  const found = await victims.get(name)?.(random.fork());
  if (found === undefined) throw new Error(`no victim ${name}`);
  const { what, kind, verdict } = found;
  for (const key of [`${name} ${verdict}`, kind]) counts.set(key, (counts.get(key) ?? 0) + 1);
  if (only >= 0) console.log(`${name}: ${what}: ${verdict}`);
  if (verdict === 'refused' || verdict === 'cut') continue;
  failed += 1;
  if (failed > 20) continue;
  console.log(`FAILED ${name}: ${what}: ${verdict}`);
  console.log(`  again: node e2e/soak/integrity/main.ts --seed ${seed} --only ${index}`);
}
const missing = [...damageKinds, exchangeOfBoth, ...victims.keys()].filter(
  (wanted) => ![...counts.keys()].some((key) => key.startsWith(wanted)),
);
if (only < 0 && missing.length > 0) {
  failed += 1;
  console.log(`FAILED nothing was damaged by, or of: ${missing.join(', ')}`);
}
console.log(`seed ${seed}; ${[...counts].map(([key, count]) => `${key} ${count}`).join(', ')}`);
report({ planned: indexes.length, ran: indexes.length, failed, figures: {} });

/** A harness that refuses everything would show nothing. */
async function checkUndamaged(
  made: readonly JobArtefacts[],
  written: readonly WrittenJournal[],
): Promise<void> {
  for (const { name, frames } of written) {
    if (frames.length < 2 || frames.at(-1)?.history === undefined) {
      throw new Error(`${name}: ${frames.length} frames, or not whole`);
    }
  }
  for (const { maps, output } of made) {
    if (maps.length < 8) throw new Error(`only ${maps.length} map outputs`);
    for (const map of maps) {
      if (takeIn(map, reported(map)) !== 'accepted') throw new Error('a whole segment is refused');
    }
    const findings = await findingsOf(output);
    if (findings.length > 0) throw new Error(`a whole output: ${findings.join(', ')}`);
  }
}

function segments(made: readonly JobArtefacts[]): Victim {
  const targets = made.flatMap(({ maps }) => maps.map((map) => ({ map, wanted: reported(map) })));
  const all = (of: 'data' | 'index') =>
    targets.map(({ map }) => ({ name: map.attempt, bytes: map[of] }));
  const others = { data: all('data'), index: all('index') };
  return (random) => {
    const { map, wanted } = random.pick(targets);
    if (random.chance(0.1)) {
      // Jobs with different settings may write the same: that is no damage.
      const differing = targets.filter(
        (target) => Buffer.compare(target.wanted.storedRoot, wanted.storedRoot) !== 0,
      );
      const other = random.pick(differing).map;
      const verdict = takeIn(other, wanted);
      return { kind: exchangeOfBoth, what: `${map.attempt}: all of ${other.attempt}`, verdict };
    }
    const of = random.pick(['data', 'index'] as const);
    const { kind, what, bytes } = damage({ name: map.attempt, bytes: map[of] }, others[of], random);
    const verdict = takeIn({ ...map, [of]: bytes }, wanted);
    return { kind, what: `${of} of ${map.attempt}: ${what}`, verdict };
  };
}

/** The journals of each job: that of its one life, and what a restart makes of it. */
async function journalsOf(made: readonly JobArtefacts[]): Promise<WrittenJournal[]> {
  const found: WrittenJournal[] = [];
  for (const { journals: left, settings } of made) {
    for (const file of left) {
      const both = [file, await restarted(file, settings)];
      for (const one of both) found.push(await written(one, settings));
    }
  }
  return found;
}

function journals(written: readonly WrittenJournal[]): Victim {
  return async (random) => {
    const journal = random.pick(written);
    // Another job's journal is sound: whose it is, its first record says.
    const { kind, what, bytes, at } = damage(journal, [journal, ...cutHalves(journal)], random);
    const verdict = await readDamaged(journal, bytes, at);
    return { kind, what: `${journal.name}: ${what}`, verdict };
  };
}

/** What may lie there instead: the end of the file without its beginning. */
function cutHalves({ name, bytes }: Artefact): Artefact[] {
  return [0.3, 0.6].map((share) => ({
    name: `${name} from ${share}`,
    bytes: bytes.slice(Math.floor(bytes.length * share)),
  }));
}

function outputs(made: readonly JobArtefacts[]): Victim {
  return async (random) => {
    const { output, settings } = random.pick(made);
    const names = output.filter(isVouchedFor);
    const victim = random.pick(names);
    if (random.chance(0.1)) {
      const findings = await findingsOf(output.filter((file) => file !== victim));
      const verdict = findings.length > 0 ? 'refused' : 'accepted';
      return { kind: 'remove', what: `${victim.name} removed`, verdict };
    }
    const { kind, what, bytes } = damage(victim, names, random);
    const files = output.map((file) => (file === victim ? { ...file, bytes } : file));
    const verdict = (await findingsOf(files)).length > 0 ? 'refused' : 'accepted';
    return { kind, what: `${settings.format} ${victim.name}: ${what}`, verdict };
  };
}
