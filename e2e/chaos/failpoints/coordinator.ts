/** `coordinator.ts CONFIG`: the production coordinator over a disk with a failpoint. */
import { readFileSync } from 'node:fs';
import { runCoordinator } from '@mapreduce/coordinator/node';
import { coordinatorConfigSchema } from '@mapreduce/protocol';
import { nodeDisk, nodeLog, shutdownSignal } from '@mapreduce/service/node';
import { crossedDisk } from './disk.ts';
import { Trigger } from './trigger.ts';

const [, , file = ''] = process.argv;
const trigger = Trigger.fromEnvironment();
await runCoordinator(coordinatorConfigSchema.parse(JSON.parse(readFileSync(file, 'utf8'))), {
  log: nodeLog({ level: 'info', process: 'coordinator' }),
  announce: (line) => void process.stdout.write(`${line}\n`),
  signal: shutdownSignal(),
  ports: { disk: crossedDisk(nodeDisk, trigger) },
});
