import type {
  AttemptId,
  AuditRequest,
  Comparison,
  DigestHex,
  Differing,
  Incarnation,
  JobStatus,
  Task,
} from '@mapreduce/protocol';
import { workerState } from '@mapreduce/scheduler';
import type { Digest, Log } from '@mapreduce/service';
import { IncompleteOutputError, partName, type ConsumedException } from '@mapreduce/storage';
import type { CompletionLog } from '../completion-log.ts';
import type { JobEnd } from '../job-end.ts';
import type { Journal } from '../journal/journal.ts';
import type { MapOutput, MapTable } from '../map-table.ts';
import type { SchedulerDriver } from '../scheduler-driver.ts';
import { AuditList } from './audit-list.ts';
import { describeAudit, failedByMap, mixedOutput, type Audit } from './failure.ts';
import { includes, RootBook } from './root-book.ts';
import { Substitutions, TooManyCombinationsError } from './substitutions.ts';

export interface AuditsOptions {
  readonly driver: SchedulerDriver;
  readonly journal: Journal;
  readonly log: CompletionLog;
  readonly maps: MapTable;
  readonly digest: Digest;
  readonly facts: Log;
  /** Whether the program is said to give the same whenever it runs. */
  readonly isDeterministic: () => boolean;
  /** The job cannot go on. */
  readonly onFailure: (end: JobEnd) => void;
}

type First = Pick<MapOutput, 'attempt' | 'contentRoot'> &
  Partial<Pick<MapOutput, 'holder' | 'address'>>;

/** What a worker has of a map that may have another output by now. */
type LateOutput = Pick<MapOutput, 'map' | 'attempt' | 'contentRoot'> & {
  readonly worker: Incarnation;
};

/** A comparison that a worker was asked for. */
interface Asked {
  readonly worker: Incarnation;
  readonly map: number;
  readonly first: First;
  readonly root: DigestHex;
  readonly counts: boolean;
}

/** Comparisons of outputs that do not count which are waited for, at most: they only tell of a fault. */
const maxLate = 1_000;

/**
 * Holds a program to what it promises: that a map gives the same records whenever it runs. Where one
 * does not, reduces that may hold the former records begin anew, and if one of them has committed,
 * the job fails. An output is compared with the map's first one by the worker that made it, while the
 * first is still served; otherwise any partition is taken to differ.
 */
export class Audits {
  readonly #options: AuditsOptions;
  readonly #book = new RootBook();
  readonly #list = new AuditList();
  readonly #firsts = new Map<number, First>();
  /** Outputs of other content than before, that are not yet judged. */
  #changed: { readonly first: First; readonly output: MapOutput }[] = [];
  readonly #asked = new Map<AttemptId, Asked>();
  /** By partition: what its committed part has consumed. */
  readonly #committed = new Map<number, DigestHex>();
  /** Of the outputs that count at the moment. */
  #substitutions: Substitutions | undefined;

  constructor(options: AuditsOptions) {
    this.#options = options;
  }

  /** What an earlier life found out. Its unanswered questions are taken for differences everywhere. */
  restore(audits: readonly Audit[]): void {
    for (const audit of audits) {
      this.#keep(audit);
      const { attempt, root: contentRoot } = audit.first;
      this.#firsts.set(audit.map, { attempt, contentRoot });
    }
  }

  /** The map's output has other content than the one before. `judge` is to follow. */
  changed(before: MapOutput, output: MapOutput): void {
    this.#substitutions = undefined;
    if (!this.isDeterministic || before.contentRoot === output.contentRoot) return;
    const known = this.#firsts.get(output.map);
    const first = known === undefined || known.attempt === before.attempt ? before : known;
    this.#firsts.set(output.map, first);
    this.#changed.push({ first, output });
  }

  /** Judges what has changed. `asks`: its worker waits for an answer that may ask for a comparison. */
  judge({ asks }: { readonly asks: boolean }): void {
    const changed = this.#changed;
    this.#changed = [];
    for (const { first, output } of changed) {
      const { map, attempt, contentRoot: root, holder: worker } = output;
      this.#giveUp((asked) => asked.map === map);
      if (this.#book.knows(map, root)) this.#redo(map, root);
      else if (asks && this.#isServed(first)) {
        this.#asked.set(attempt, { worker, map, first, root, counts: true });
      } else this.#decide(attempt, { worker, map, first, root, counts: true }, 'all');
    }
  }

  /** An attempt has an output that does not count, unless it is the one that does. `asks`: as of `judge`. */
  late(
    { worker, map, attempt, contentRoot: root }: LateOutput,
    { asks }: { readonly asks: boolean },
  ): void {
    if (!this.isDeterministic) return;
    const output = this.#options.maps.output(map);
    const first = this.#firsts.get(map) ?? output;
    if (first === undefined || first.contentRoot === root) return;
    if (first.attempt === attempt || output?.attempt === attempt) return;
    if (this.#asked.has(attempt) || this.#list.has(attempt)) return;
    const asked: Asked = { worker, map, first, root, counts: false };
    if (!asks || !this.#isServed(first)) this.#decide(attempt, asked, 'all');
    else if (this.#asked.size < maxLate) this.#asked.set(attempt, asked);
  }

  /** What the worker that made this output is to compare it with. */
  comparison(attempt: AttemptId): Comparison | undefined {
    const asked = this.#asked.get(attempt);
    const { attempt: first, holder, address, contentRoot } = asked?.first ?? {};
    if (first === undefined || holder === undefined || address === undefined) return undefined;
    return { attempt: first, holder, address, contentRoot: contentRoot ?? '' };
  }

  /** A worker has compared. What nobody waits for any more changes nothing. */
  report({ incarnation, attempt, first, differing }: AuditRequest): void {
    const asked = this.#asked.get(attempt);
    if (asked?.worker !== incarnation || asked.first.attempt !== first) return;
    this.#asked.delete(attempt);
    this.#decide(attempt, asked, differing);
  }

  /** Nobody compares any more what this worker was asked to. Not from within a scheduler's step. */
  forget(worker: Incarnation): void {
    this.#giveUp((asked) => asked.worker === worker);
  }

  /** A reduce that is leased from now on must not take what a map gave before, though it be served. */
  guard(task: Task): Task {
    if (task.kind !== 'reduce' || this.#firsts.size === 0) return task;
    return { ...task, log: this.#options.log.appended };
  }

  /** A part is committed. */
  committed(partition: number, consumed: DigestHex): void {
    this.#committed.set(partition, consumed);
    if (this.#list.blamed(partition) !== undefined) this.#check([partition]);
  }

  /**
   * Whether a part that has consumed this may still be committed: it is made of what the maps give now, as
   * far as that is known, or of what is the same to it.
   */
  fits(partition: number, consumed: DigestHex): boolean {
    return !this.isDeterministic || this.#explain(partition, consumed) !== undefined;
  }

  /** Whether a reduce that began in an earlier life may hold records that no longer count. */
  mayBeStale(partition: number): boolean {
    for (const map of this.#book.maps()) {
      const root = this.#options.maps.output(map)?.contentRoot ?? '';
      if (includes(this.#book.around(map, root), partition)) return true;
    }
    return false;
  }

  /**
   * At the end: where a part consumed other outputs than those that count, all the same to it. Throws
   * `IncompleteOutputError`, which says what is known, where they are not the same.
   */
  exceptionsOf(partition: number, consumed: DigestHex): readonly ConsumedException[] | undefined {
    const exceptions = this.#explain(partition, consumed);
    const [asked] = [...this.#asked].filter(([, { counts }]) => counts);
    const unjudged = asked && auditOf(asked[0], asked[1], 'all');
    const audit = unjudged ?? this.#list.blamed(partition);
    if (exceptions !== undefined || audit === undefined) return exceptions;
    throw new IncompleteOutputError(mixedOutput(audit, [partName(partition)]));
  }

  /** Whether the program is held to giving the same whenever it runs. */
  get isDeterministic(): boolean {
    return this.#options.isDeterministic();
  }

  /** Comparisons that workers were asked for. */
  get waiting(): number {
    return this.#asked.size;
  }

  get view(): JobStatus['audits'] {
    return this.#list.view;
  }

  /** Waits no longer for these comparisons. */
  #giveUp(which: (asked: Asked) => boolean): void {
    for (const [attempt, asked] of this.#asked) {
      if (!which(asked)) continue;
      this.#asked.delete(attempt);
      if (asked.counts) this.#decide(attempt, asked, 'all');
    }
  }

  #isServed({ holder, address }: First): boolean {
    if (holder === undefined || address === undefined || address === '') return false;
    return workerState(this.#options.driver.state, holder) === 'alive';
  }

  #decide(attempt: AttemptId, asked: Asked, differing: Differing): void {
    const { journal, facts } = this.#options;
    const audit = auditOf(attempt, asked, differing);
    facts.warn(describeAudit(audit), { counts: audit.counts });
    this.#keep(audit);
    if (audit.counts || !this.#list.isFull) void journal.append({ kind: 'audited', ...audit });
    if (audit.counts) this.#redo(asked.map, asked.root);
  }

  #keep(audit: Audit): void {
    const { map, first, other, counts, differing } = audit;
    this.#list.add(audit);
    if (counts) this.#book.add(map, first.root, other.root, differing);
    this.#substitutions = undefined;
  }

  /** Reduces that may hold what this map gave before begin anew, if it has this content now. */
  #redo(map: number, root: DigestHex): void {
    const { driver, maps } = this.#options;
    if (maps.output(map)?.contentRoot !== root) return;
    const partitions = this.#book.around(map, root);
    if (!this.#check([...this.#committed.keys()])) return;
    const named = partitions === 'all' ? partitions : [...partitions];
    driver.send({ kind: 'reducesRedone', partitions: named });
  }

  /** Whether these committed parts fit to what the maps give now; else the job fails. */
  #check(partitions: readonly number[]): boolean {
    // What is still being compared may turn out to be the same to a part.
    if ([...this.#asked.values()].some(({ counts }) => counts)) return true;
    const mixed = partitions.filter((partition) => {
      const consumed = this.#committed.get(partition);
      return consumed !== undefined && this.#explain(partition, consumed) === undefined;
    });
    const [one] = mixed;
    const audit = one === undefined ? undefined : this.#list.blamed(one);
    if (audit === undefined) return true;
    this.#options.onFailure(failedByMap(audit, mixedOutput(audit, mixed.map(partName))));
    return false;
  }

  /** As far as all maps have completed; before that, nothing is wrong yet. */
  #explain(partition: number, consumed: DigestHex): readonly ConsumedException[] | undefined {
    const { digest, maps } = this.#options;
    if (this.#substitutions === undefined) {
      const roots = maps.contentRoots();
      if (roots === undefined) return [];
      this.#substitutions = new Substitutions(digest, roots, this.#book);
    }
    try {
      return this.#substitutions.exceptionsOf(partition, consumed);
    } catch (error) {
      if (error instanceof TooManyCombinationsError) return undefined;
      throw error;
    }
  }
}

function auditOf(attempt: AttemptId, asked: Asked, differing: Differing): Audit {
  const { map, first, root, counts } = asked;
  const { attempt: firstAttempt, contentRoot } = first;
  const of = { attempt: firstAttempt, root: contentRoot };
  return { map, first: of, other: { attempt, root }, counts, differing };
}
