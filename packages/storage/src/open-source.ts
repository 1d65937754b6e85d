import type { Split } from '@mapreduce/protocol';
import type { Clock, Disk, Transport, Web } from '@mapreduce/service';
import { coordinatorSource } from './coordinator-source.ts';
import { FileSource } from './file-source.ts';
import { GeneratedSource } from './generated/generated-source.ts';
import { httpSource } from './http-source.ts';
import type { RangeSource } from './range-source.ts';

export interface SourcePorts {
  readonly disk: Disk;
  readonly web: Web;
  readonly transport: Transport;
  readonly clock: Clock;
  /** The coordinator's address, for inputs that it serves. */
  readonly coordinator: string;
}

/** Opens the input of a split. Throws `InputError`; see `coordinatorSource` for `TransportError`. */
export async function openSource(split: Split, ports: SourcePorts): Promise<RangeSource> {
  const { source } = split;
  switch (source.kind) {
    case 'file':
      return FileSource.open(ports.disk, source.path, split);
    case 'http':
      return httpSource(ports.web, source.url, split);
    case 'coordinator':
      return coordinatorSource(ports, source.input, split);
    case 'generated':
      return new GeneratedSource(source.data);
  }
}
