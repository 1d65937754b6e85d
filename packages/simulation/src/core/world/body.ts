import type { ByteStream, CallOptions } from '@mapreduce/service';
import { Pending } from './pending.ts';
import type { SimulatedProcess } from './process.ts';
import type { World } from './world.ts';

/** Who sends a body to whom, and how its pieces travel. */
export interface BodyPath {
  readonly sender: SimulatedProcess;
  readonly receiver: SimulatedProcess;
  readonly options: CallOptions;
  /** After how many bytes the connection breaks, if it does. */
  readonly cutAt: number | undefined;
  /** Takes one piece from the sender to the receiver, or fails or forgets what waits for it. */
  readonly deliver: (pending: Pending<IteratorResult<Uint8Array>>, arrive: () => void) => void;
  /** Fails what waits once the sender is dead. */
  readonly breakWith: (pending: Pending<IteratorResult<Uint8Array>>) => void;
}

/**
 * A body on its way: it breaks off when its sender dies, a piece of it is lost or its connection is
 * cut; and one that ends before its length is no body.
 */
export function bodyOnItsWay(
  world: World,
  { length, chunks }: ByteStream,
  { sender, receiver, options, cutAt, deliver, breakWith }: BodyPath,
): ByteStream {
  const iterator = chunks[Symbol.asyncIterator]();
  let received = 0;
  const next = (): Promise<IteratorResult<Uint8Array>> => {
    const onEnd = () => undefined;
    const pending = new Pending<IteratorResult<Uint8Array>>(world, receiver, options, {
      what: 'body',
      onEnd,
    });
    breakWith(pending);
    const arrived = (piece: IteratorResult<Uint8Array>) => {
      if (piece.done === true) {
        if (received === length) pending.resolve(piece);
        else pending.fail('ended early');
        return;
      }
      if (cutAt !== undefined && received + piece.value.length > cutAt) {
        if (received < cutAt) {
          // What came before the cut is delivered, and the next piece never comes.
          const value = piece.value.subarray(0, cutAt - received);
          received = cutAt;
          pending.resolve({ done: false, value });
        } else pending.fail('cut');
        return;
      }
      received += piece.value.length;
      pending.resolve(piece);
    };
    sender.enter(() => {
      iterator.next().then(
        (piece) => deliver(pending, () => receiver.enter(() => arrived(piece))),
        () => deliver(pending, () => receiver.enter(() => pending.fail('broke off'))),
      );
    });
    return pending.promise;
  };
  const stop = (): Promise<IteratorResult<Uint8Array>> => {
    sender.enter(() => void iterator.return?.());
    return Promise.resolve({ done: true, value: undefined });
  };
  return { length, chunks: { [Symbol.asyncIterator]: () => ({ next, return: stop }) } };
}
