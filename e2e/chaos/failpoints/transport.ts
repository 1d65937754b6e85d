import type { Transport } from '@mapreduce/service';
import type { Trigger } from './trigger.ts';

/** A transport whose calls cross a failpoint. */
export function crossedTransport(inner: Transport, trigger: Trigger): Transport {
  const { crossing } = trigger.failpoint;
  return {
    call: (address, route, request, options) => {
      const run = () => inner.call(address, route, request, options);
      return crossing.port === 'transport' && crossing.route === route ? trigger.cross(run) : run();
    },
    bulk: (address, route, request, options) => inner.bulk(address, route, request, options),
  };
}
