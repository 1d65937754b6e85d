export {
  MemoryDisk,
  SeededRandom,
  settle,
  VirtualClock,
  type DiskOperation,
  type MemoryDiskOptions,
} from '@mapreduce/service/virtual';
export * from './builders.ts';
export * from './memory-log.ts';
export * from './memory-transport.ts';
export * from './fake-spawn.ts';
export * from './job-status.ts';
export * from './map-outputs.ts';
export * from './run-program.ts';
