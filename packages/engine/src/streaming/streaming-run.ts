import type { AttemptId, StreamingCommands } from '@mapreduce/protocol';
import type { Commands } from '@mapreduce/service';
import type { EnginePorts, MapRun, ReduceRun } from '../tasks.ts';

export interface StreamingPorts extends EnginePorts {
  readonly commands: Commands;
}

interface Streamed {
  readonly commands: StreamingCommands;
  /** Commands are told it. */
  readonly attempt: AttemptId;
}

export type StreamingMapRun = Omit<MapRun, 'job'> & Streamed;
export type StreamingReduceRun = Omit<ReduceRun, 'job'> & Streamed;
