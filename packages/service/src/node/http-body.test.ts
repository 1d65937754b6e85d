import { expect, test } from '@jest/globals';
import { connect } from 'node:net';
import { readJson, sendError, sendJson } from './http-body.ts';
import { HttpServer } from './http-server.ts';

/** The status of the answer to a JSON body of unknown length, of which at most 20 bytes are taken. */
async function statusOf(chunks: readonly string[]): Promise<string> {
  const server = await HttpServer.listen({
    ...{ host: '127.0.0.1', port: 0 },
    handle: (request, response) => {
      readJson(request, 20)
        .then((value) => sendJson(response, 200, value))
        .catch((error: unknown) => sendError(response, error));
    },
  });
  const socket = connect(server.port, '127.0.0.1');
  const head =
    'POST / HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n';
  const body = chunks.map((chunk) => `${chunk.length.toString(16)}\r\n${chunk}\r\n`);
  socket.write(`${head}\r\n${body.join('')}0\r\n\r\n`);
  const answer = await new Promise<string>((resolve) => {
    socket.once('data', (data) => resolve(String(data)));
  });
  socket.destroy();
  await server.close();
  return answer.split(' ', 2)[1] ?? '';
}

test('a body that does not say how long it is is read to the limit, and no further', async () => {
  expect(await statusOf(['"aaaaaaaaa', 'aaaaaaaaa"'])).toBe('200');
  expect(await statusOf(['"aaaaaaaaa', 'aaaaaaaaaa"'])).toBe('413');
});
