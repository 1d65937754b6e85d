import type { ExecutorCommand } from '@mapreduce/protocol';
import {
  nodeClock,
  nodeCodec,
  NodeCommands,
  nodeDigest,
  nodeDisk,
  nodeSyncDisk,
  NodeTransport,
  NodeWeb,
} from '@mapreduce/service/node';
import type { TaskPorts } from './run-task.ts';

/** The world as tasks of an executor process need it. */
export function nodeTaskPorts({
  commands,
  coordinator,
}: Extract<ExecutorCommand, { kind: 'load' }>): TaskPorts {
  return {
    engine: {
      disk: nodeSyncDisk,
      codec: nodeCodec,
      digest: nodeDigest,
      commands: new NodeCommands({
        directory: commands,
        print: (text) => void process.stderr.write(text),
      }),
    },
    sources: {
      disk: nodeDisk,
      web: new NodeWeb(),
      transport: new NodeTransport({ worker: coordinator.token }),
      clock: nodeClock,
      coordinator: coordinator.address,
    },
  };
}
