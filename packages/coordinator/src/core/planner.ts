import type {
  JobSettings,
  Plan,
  ProgramDescription,
  Split,
  Task,
  TaskId,
} from '@mapreduce/protocol';
import type { Digest } from '@mapreduce/service';
import { planDigest, type ListedInput } from '@mapreduce/storage';
import { inputRecords } from './journal/input-records.ts';
import type { Journal } from './journal/journal.ts';
import { InputPlan } from './plan.ts';
import { cutPoints } from './sampling.ts';

/**
 * Keys sampled for a range partitioner that does not say how many: so many a part, which come out within
 * some 3 % of their share; more would cost time and messages, and gain little.
 */
const samplesPerPart = 1_000;
const mostSamples = 100_000;

export interface Planned {
  readonly maps: number;
  readonly samples: number;
  readonly backupTasks: boolean;
}

/** From the program's description and the listed inputs to what each task is to do. */
export class Planner {
  readonly #settings: JobSettings;
  readonly #digest: Digest;
  #message: Plan | undefined;
  #input: InputPlan | undefined;
  #samples: string[][] = [];
  #sampleRecords = 0;

  constructor(settings: JobSettings, digest: Digest) {
    this.#settings = settings;
    this.#digest = digest;
  }

  get input(): InputPlan | undefined {
    return this.#input;
  }

  /** What maps and reduces are made by; undefined until the job is planned and its cut points are found. */
  get final(): Plan | undefined {
    return this.#samples.length === 0 ? this.#message : undefined;
  }

  /** Cuts the inputs and journals the plan. Throws `InputError`. */
  plan(description: ProgramDescription, inputs: readonly ListedInput[], journal: Journal): Planned {
    const planned = this.restore(description, inputs, undefined);
    for (const record of inputRecords(inputs)) void journal.append(record);
    return planned;
  }

  /** Cuts the inputs as an earlier life did. `bounds`: the cut points, if it found any. */
  restore(
    description: ProgramDescription,
    inputs: readonly ListedInput[],
    bounds: string[] | undefined,
  ): Planned {
    const input = new InputPlan(inputs, this.#settings, description.reader);
    this.#input = input;
    const { partition } = description;
    // A single part has no cut points.
    const isCut = this.#settings.reducers === 1 || input.maps === 0;
    const isRange = partition.kind === 'range';
    const samples = isRange && !isCut ? this.#planSamples(input, partition.samples) : 0;
    if (bounds !== undefined) this.#samples = [];
    this.#say(description, bounds ?? (isRange && isCut ? [] : undefined));
    return {
      maps: input.maps,
      samples,
      backupTasks: this.#settings.backupTasks && !description.sideEffects,
    };
  }

  /** What executors must know beside their task; undefined before the plan. */
  get message(): Plan | undefined {
    return this.#message;
  }

  task({ kind, index }: TaskId): Task {
    switch (kind) {
      case 'describe':
        return { kind };
      case 'sample': {
        const split = this.#planned.sampledSplit(index, this.#samples.length);
        return { kind, split, records: this.#sampleRecords };
      }
      case 'map':
        return { kind, split: this.split(index) };
      case 'reduce':
        return { kind, partition: index, maps: this.#planned.maps };
    }
  }

  split(index: number): Split {
    return this.#planned.split(index);
  }

  addSample(index: number, keys: string[]): void {
    this.#samples[index] = keys;
  }

  /** All samples are here: finds the cut points, once. */
  cut(journal: Journal): void {
    if (this.#samples.length === 0 || this.#message === undefined) return;
    const bounds = cutPoints(this.#samples, this.#settings.reducers);
    this.#samples = [];
    this.#say(this.#message.description, bounds);
    void journal.append({ kind: 'sampled', bounds });
  }

  #say(description: ProgramDescription, bounds: string[] | undefined): void {
    const { inputs, maps } = this.#planned;
    const digest = planDigest(this.#digest, { reader: description.reader, inputs, bounds });
    this.#message = { description, maps, ...(bounds && { bounds }), digest };
  }

  /** The number of sample tasks, which are to see so many keys in all; default: enough for the parts. */
  #planSamples(input: InputPlan, keys: number | undefined): number {
    const enough = Math.min(mostSamples, samplesPerPart * this.#settings.reducers);
    const { splits, records } = input.samples(keys ?? enough);
    this.#sampleRecords = records;
    this.#samples = Array.from({ length: splits }, () => []);
    return splits;
  }

  get #planned(): InputPlan {
    if (this.#input === undefined) throw new Error('the job is not planned yet');
    return this.#input;
  }
}
