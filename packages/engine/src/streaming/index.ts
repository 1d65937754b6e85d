export { describeStreaming } from './describe-streaming.ts';
export { runStreamingMap } from './run-streaming-map.ts';
export { runStreamingReduce } from './run-streaming-reduce.ts';
export type { StreamingPorts } from './streaming-run.ts';
