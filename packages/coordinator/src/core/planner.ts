import type {
  JobSettings,
  Plan,
  ProgramDescription,
  Split,
  Task,
  TaskId,
} from '@mapreduce/protocol';
import type { ListedInput } from '@mapreduce/storage';
import { inputRecords } from './journal/input-records.ts';
import type { Journal } from './journal/journal.ts';
import { InputPlan } from './plan.ts';
import { cutPoints } from './sampling.ts';

export interface Planned {
  readonly maps: number;
  readonly samples: number;
  readonly backupTasks: boolean;
}

/** From the program's description and the listed inputs to what each task is to do. */
export class Planner {
  readonly #settings: JobSettings;
  #description: ProgramDescription | undefined;
  #input: InputPlan | undefined;
  #samples: string[][] = [];
  #sampleRecords = 0;
  #bounds: string[] | undefined;
  #areCutsKept = false;

  constructor(settings: JobSettings) {
    this.#settings = settings;
  }

  get input(): InputPlan | undefined {
    return this.#input;
  }

  /** Whether map outputs of earlier lives have the cut points that this life has, if any. */
  get areCutsKept(): boolean {
    return this.#areCutsKept;
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
    this.#description = description;
    this.#input = input;
    const samples = this.#planSamples(description, input);
    this.#areCutsKept = samples === 0 || bounds !== undefined;
    if (bounds !== undefined) {
      this.#bounds = bounds;
      this.#samples = [];
    }
    return {
      maps: input.maps,
      samples,
      backupTasks: this.#settings.backupTasks && !description.sideEffects,
    };
  }

  /** What executors must know beside their task; undefined before the plan. */
  get message(): Plan | undefined {
    if (this.#description === undefined || this.#input === undefined) return undefined;
    return {
      description: this.#description,
      maps: this.#input.maps,
      ...(this.#bounds && { bounds: this.#bounds }),
    };
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
    if (this.#samples.length === 0) return;
    this.#bounds = cutPoints(this.#samples, this.#settings.reducers);
    this.#samples = [];
    void journal.append({ kind: 'sampled', bounds: this.#bounds });
  }

  /** The number of sample tasks; a single part has no cut points. */
  #planSamples({ partition }: ProgramDescription, input: InputPlan): number {
    if (partition.kind !== 'range') return 0;
    if (this.#settings.reducers === 1 || input.maps === 0) {
      this.#bounds = [];
      return 0;
    }
    const { splits, records } = input.samples(partition.samples);
    this.#sampleRecords = records;
    this.#samples = Array.from({ length: splits }, () => []);
    return splits;
  }

  get #planned(): InputPlan {
    if (this.#input === undefined) throw new Error('the job is not planned yet');
    return this.#input;
  }
}
