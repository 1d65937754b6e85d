import type { Command } from '../harness/command.ts';

/** One run of a workload. */
export interface Job {
  readonly inputs: readonly string[];
  /** The directory of the inputs, for those who take nothing smaller; it holds nothing else. */
  readonly inputDirectory: string;
  /** Does not exist; its parent does. */
  readonly output: string;
  /** An empty directory for intermediate data. */
  readonly scratch: string;
  readonly reducers: number;
}

/** What a contender can run; one that lacks a workload is left out of its table. */
export interface Runner {
  readonly wordCount?: (job: Job) => Command;
  readonly teraSort?: (job: Job) => Command;
}

/** What peers need of the machine. */
export interface Tools {
  /** A Python that may have the peers' packages. */
  readonly python: string | undefined;
  /** Where the jars of Hadoop lie, if they do. */
  readonly hadoop: string;
  /** An empty directory of this peer's own, for what it compiles. */
  readonly build: string;
}

export interface Peer {
  readonly name: string;
  readonly title: string;
  /** How to get it, for people. */
  readonly install: string;
  /** Compiles what it needs. Undefined where it is not installed. */
  find(tools: Tools): Promise<Runner | undefined> | Runner | undefined;
}
