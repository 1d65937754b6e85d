import { podPaths } from '@mapreduce/protocol/resource';

/** Where the coordinator's pod has its things; `podPaths`, or elsewhere in tests. */
export type PodDirectories = {
  readonly [Name in Exclude<keyof typeof podPaths, 'jobFile'>]: string;
};

export const podDirectories: PodDirectories = podPaths;
