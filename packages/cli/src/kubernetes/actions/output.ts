import { Writable } from 'node:stream';
import { Exec, type KubeConfig, type V1Status } from '@kubernetes/client-node';
import { pods } from '@mapreduce/controller-runtime';
import { CliError, exitCodes, type ExitCode } from '../../exit-codes.ts';
import { asked, openCluster, readJob, type ClusterFlags } from '../cluster.ts';
import { isTrue } from '../job-object.ts';
import { withoutPod } from '../lost-pod.ts';

/** `cat` and `verify`: the command of that name, run beside the output, in the coordinator's pod. */
export async function atOutput(
  verb: 'cat' | 'verify',
  name: string,
  flags: ClusterFlags,
): Promise<ExitCode> {
  const cluster = openCluster(flags);
  const job = await readJob(cluster, name);
  if (!isTrue(job, 'Complete')) {
    const phase = job.status?.phase ?? 'Pending';
    throw new CliError(`job ${name}: has no output yet, it is ${phase}`);
  }
  const { client, config, namespace } = cluster;
  const pod = job.status?.coordinator?.pod;
  const found = pod && (await asked(client.get(pods, { namespace, name: pod })));
  if (!pod || !found || isTrue(job, 'OutputLost')) {
    throw new CliError(withoutPod(job), exitCodes.failed);
  }
  const command = ['mapreduce', verb];
  return runInPod({ config, namespace, pod, container: 'coordinator', command });
}

interface PodCommand {
  readonly config: KubeConfig;
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  readonly command: string[];
}

/** What of a websocket is needed: to hold it back, and to hear of its end. */
interface Socket {
  pause(): void;
  resume(): void;
  onclose: (() => void) | null;
}

/** Runs a command of ours in a container; what it prints is printed, and its exit code is ours. */
function runInPod({ config, namespace, pod, container, command }: PodCommand): Promise<ExitCode> {
  const socket = Promise.withResolvers<Socket>();
  const stdout = heldBack(process.stdout, socket.promise);
  return new Promise((resolve, reject) => {
    const broken = (why: string) =>
      reject(new CliError(`pod ${pod}: ${why}`, exitCodes.connectionLost));
    const onEnd = ({ status, details, message }: V1Status) => {
      const code = details?.causes?.find(({ reason }) => reason === 'ExitCode')?.message;
      if (status === 'Success') resolve(exitCodes.done);
      else if (code === undefined) broken(message ?? 'the command could not be run');
      else resolve(Number(code) === exitCodes.usage ? exitCodes.usage : exitCodes.failed);
    };
    new Exec(config)
      .exec(namespace, pod, container, command, stdout, process.stderr, null, false, onEnd)
      .then(
        (connected: Socket) => {
          socket.resolve(connected);
          // Where it closes in good order the end has been told before, and this changes nothing.
          connected.onclose = () => broken('the connection broke before the command ended');
        },
        (error: unknown) => broken(error instanceof Error ? error.message : 'cannot be reached'),
      );
  });
}

/**
 * The same stream for a writer that does not wait: its socket is paused for as long as the stream
 * takes no more, or an output of gigabytes would gather in memory.
 */
function heldBack(stream: NodeJS.WriteStream, socket: Promise<Socket>): Writable {
  return new Writable({
    write(chunk: Buffer, _encoding, done) {
      if (!stream.write(chunk)) {
        void socket.then((paused) => {
          paused.pause();
          stream.once('drain', () => paused.resume());
        });
      }
      done();
    },
  });
}
