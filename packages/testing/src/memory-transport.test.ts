import { describe, expect, test } from '@jest/globals';
import { ServiceError } from '@mapreduce/protocol';
import { TransportError } from '@mapreduce/service';
import { anAttempt, anEpoch } from './builders.ts';
import { aStream, MemoryTransport } from './memory-transport.ts';

const address = 'http://one:1';
const options = { timeoutMs: 1_000 };
const request = { incarnation: 'w1', epoch: anEpoch(), attempt: anAttempt('reduce') };

describe('MemoryTransport', () => {
  test('calls the handler of the address, through JSON and the schemas', async () => {
    const transport = new MemoryTransport();
    transport.peers.set(address, {
      handlers: {
        grant: (sent) => {
          expect(sent).toEqual(request);
          expect(sent).not.toBe(request);
          return Promise.resolve({ grant: 'granted' });
        },
      },
    });
    expect(await transport.call(address, 'grant', request, options)).toEqual({ grant: 'granted' });
    expect(transport.calls).toEqual([{ address, route: 'grant', request }]);
    const wrong = { ...request, attempt: 'no attempt' };
    await expect(transport.call(address, 'grant', wrong, options)).rejects.toThrow('attempt id');
  });

  test('hands on errors of the handler; nobody there is a TransportError', async () => {
    const transport = new MemoryTransport();
    const refused = new ServiceError('WRONG_EPOCH', 'older');
    transport.peers.set(address, { handlers: { grant: () => Promise.reject(refused) } });
    await expect(transport.call(address, 'grant', request, options)).rejects.toBe(refused);
    const nobody = transport.call('http://two:1', 'grant', request, options);
    await expect(nobody).rejects.toThrow(TransportError);
  });

  test('a body that is cut short breaks off', async () => {
    const transport = new MemoryTransport();
    const whole = aStream(new Uint8Array([1, 2]), new Uint8Array([3]));
    transport.peers.set(address, {
      bulk: { segments: () => Promise.resolve({ ...whole, length: 4 }) },
    });
    const stream = await transport.bulk(address, 'segments', { json: {} }, options);
    const received: number[] = [];
    const read = async () => {
      for await (const chunk of stream.chunks) received.push(...chunk);
    };
    await expect(read()).rejects.toThrow('3 of 4 bytes came');
    expect(received).toEqual([1, 2, 3]);
  });

  test('an abort ends a call that is not answered', async () => {
    const transport = new MemoryTransport();
    transport.peers.set(address, { handlers: { grant: () => new Promise(() => undefined) } });
    const controller = new AbortController();
    const { signal } = controller;
    const call = transport.call(address, 'grant', request, { ...options, signal });
    controller.abort();
    await expect(call).rejects.toThrow('aborted');
  });

  test('hooks lose requests and answers', async () => {
    let handled = 0;
    const lose = () => Promise.reject(new TransportError('lost'));
    const peer = {
      handlers: {
        grant: () => Promise.resolve({ grant: 'wait' as const }).finally(() => handled++),
      },
    };
    for (const [hook, times] of [
      ['before', 0],
      ['after', 1],
    ] as const) {
      handled = 0;
      const transport = new MemoryTransport({ [hook]: lose });
      transport.peers.set(address, peer);
      await expect(transport.call(address, 'grant', request, options)).rejects.toThrow('lost');
      expect(handled).toBe(times);
    }
  });
});
