/** `worker.ts FLAGS`: the production worker over a disk and a transport with a failpoint. */
import { parseArgs } from 'node:util';
import {
  nodeDisk,
  nodeLog,
  NodeTransport,
  readTokenFile,
  shutdownSignal,
  workerTokens,
} from '@mapreduce/service/node';
import { runWorker } from '@mapreduce/worker/node';
import { executable } from '../../local/support/command.ts';
import { crossedDisk } from './disk.ts';
import { crossedTransport } from './transport.ts';
import { Trigger } from './trigger.ts';

const { values } = parseArgs({
  options: {
    coordinator: { type: 'string', default: '' },
    'token-file': { type: 'string', default: '' },
    directory: { type: 'string', default: '' },
    slots: { type: 'string', default: '1' },
    host: { type: 'string', default: '' },
    port: { type: 'string', default: '0' },
  },
});
const trigger = Trigger.fromEnvironment();
const tokenFile = values['token-file'];
const transport = new NodeTransport(workerTokens(await readTokenFile(tokenFile)));
process.exitCode = await runWorker({
  coordinator: values.coordinator,
  tokenFile,
  directory: values.directory,
  host: values.host,
  port: Number(values.port),
  slots: Number(values.slots),
  executorArgs: [executable, 'executor'],
  log: nodeLog({ level: 'info', process: 'worker' }),
  signal: shutdownSignal(),
  ports: {
    disk: crossedDisk(nodeDisk, trigger),
    transport: crossedTransport(transport, trigger),
  },
});
transport.close();
