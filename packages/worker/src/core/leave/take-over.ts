import { FormatError } from '@mapreduce/engine';
import type { DigestHex, HeldOutput, TakeOver } from '@mapreduce/protocol';
import { joinPath } from '@mapreduce/service';
import { outputIn } from '../held/held-outputs.ts';
import { parseManifest, writeManifest, type HeldManifest } from '../held/manifest-file.ts';
import type { Worker } from '../worker.ts';
import { OutputParser } from './output-parser.ts';

/** A worker that leaves and sends nothing for so long is given up. */
const silenceMs = 10_000;

/**
 * Fetches an output from the worker that leaves, checks every byte of it, and holds it from then on:
 * this worker's next life would offer it. Until it is whole it lies in a directory of another name,
 * which the next life removes.
 */
export async function takeOver(
  worker: Worker,
  order: TakeOver,
  signal: AbortSignal,
): Promise<void> {
  const { held, link, options, ports } = worker;
  const isNew = !held.has(order.attempt);
  if (isNew) {
    const { fsync } = link.registration.settings;
    const directory = joinPath(options.directory, order.attempt);
    const incoming = joinPath(options.directory, `incoming-${order.attempt}`);
    await ports.disk.remove(incoming);
    try {
      const output = await receive(worker, order, incoming, signal);
      await ports.disk.rename(incoming, directory);
      if (fsync) await ports.disk.fsyncDirectory(options.directory);
      held.add(outputIn(directory, output));
    } catch (error) {
      await ports.disk.remove(incoming);
      throw error;
    }
  }
  const output = held.get(order.attempt)?.offer;
  if (output === undefined) return;
  await link.call('hold', () => ({ held: [output] }), signal);
  // There may be more to take over; but who asks for the same again has not understood.
  if (isNew) link.hurry();
}

/** Stores what comes, durably where the job wants that, the manifest last. */
async function receive(
  { link, ports }: Worker,
  order: TakeOver,
  directory: string,
  signal: AbortSignal,
): Promise<HeldOutput> {
  const { disk, transport } = ports;
  const { jobDigest, settings } = link.registration;
  const parser = new OutputParser({ ...order, partitions: settings.reducers }, ports);
  const answer = await transport.bulk(
    order.address,
    'output',
    { query: { attempt: order.attempt } },
    { timeoutMs: silenceMs, signal },
  );
  await disk.makeDirectory(directory);
  const files = [
    await disk.create(joinPath(directory, 'data')),
    await disk.create(joinPath(directory, 'index')),
  ] as const;
  const [data, index] = files;
  let manifest: HeldManifest | undefined;
  try {
    for await (const chunk of answer.chunks) {
      for (const { kind, bytes } of parser.push(chunk)) {
        if (kind === 'data') await data.append(bytes);
        else if (kind === 'index') await index.append(bytes);
        else manifest = checkedManifest(parseManifest(ports.digest, bytes), order, jobDigest);
      }
    }
    parser.finish();
    if (settings.fsync) for (const file of files) await file.fsync();
  } finally {
    for (const file of files) await file.close();
  }
  if (manifest === undefined) throw new FormatError('manifest: it is missing');
  await writeManifest(ports, directory, manifest, settings.fsync);
  return manifest.output;
}

/** Throws `FormatError` unless the manifest is the one of the output that was ordered. */
function checkedManifest(
  manifest: HeldManifest | undefined,
  { attempt, map, storedRoot, contentRoot }: TakeOver,
  jobDigest: DigestHex,
): HeldManifest {
  if (manifest === undefined) throw new FormatError('manifest: not whole');
  const { output } = manifest;
  const isOrdered =
    manifest.jobDigest === jobDigest &&
    output.map === map &&
    output.attempt === attempt &&
    output.storedRoot === storedRoot &&
    output.contentRoot === contentRoot;
  if (!isOrdered) throw new FormatError('manifest: of another output');
  return manifest;
}
