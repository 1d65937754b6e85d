import type { SimulatedProcess } from '../core/world/process.ts';

/** What passes a host's network interface now. */
export interface Host {
  readonly process: SimulatedProcess;
  /** Transfers under way. */
  incoming: number;
  outgoing: number;
}

/** Who serves at which address. An address is of one boot of a worker. */
export type Hosts = Map<string, Host>;
