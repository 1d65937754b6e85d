export type { Key, KeyPart, Value } from './values.ts';
export type { Reader, ReaderDescription, WholeFile } from './readers.ts';
export { fixed, lines, ndjson, wholeFile } from './readers.ts';
export type { Writer } from './writers.ts';
export { fixedWriter, ndjsonWriter, textWriter } from './writers.ts';
export type {
  BlockEmit,
  Emit,
  Job,
  MapContext,
  Order,
  RangePartition,
  TaskContext,
} from './job.ts';
export { defineJob, rangePartition } from './job.ts';
export { isSum, sum, sumValues } from './functions.ts';
export { scanWords } from './scan-words.ts';
export type { OnWord } from './scan-words.ts';
export { words } from './words.ts';
