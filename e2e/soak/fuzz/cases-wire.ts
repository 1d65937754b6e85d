import type { SeededRandom } from '@mapreduce/service/virtual';
import { framed, type Case, type Kind } from './case.ts';
import { rawRequest, requestBytes, type Field } from './http-text.ts';
import { jsonRoutes, type Facts, type RouteEntry } from './routes.ts';

const json: Field = ['Content-Type', 'application/json'];

function bearer(facts: Facts, route: RouteEntry): Field {
  return ['Authorization', `Bearer ${facts.tokens[route.role]}`];
}

/** Heads that are refused for themselves; the body would be none either. */
const heads: readonly (readonly Field[])[] = [
  [['Content-Type', 'text/plain']],
  [['Content-Type', 'application/x-www-form-urlencoded']],
  [['Content-Type', 'multipart/form-data; boundary=x']],
  [['Content-Type', 'application/json5']],
  [['Content-Type', '']],
  [],
  [json, ['Content-Encoding', 'gzip']],
  [['Content-Type', 'application/json; charset=utf-16']],
  [json, ['Expect', '100-continue']],
  [json, ['Expect', 'more']],
  [json, ['Connection', 'Upgrade'], ['Upgrade', 'websocket']],
  [json, ['Connection', 'Upgrade, HTTP2-Settings'], ['Upgrade', 'h2c']],
  [json, ['Connection', 'close']],
  [json, ['X-HTTP-Method-Override', 'DELETE'], ['X-Forwarded-For', '127.0.0.1']],
  [json, ['Host', 'elsewhere.example']],
  [json, ['Cookie', 'a=b; '.repeat(400)]],
  [json, ['Range', 'bytes=0-,0-,0-']],
  [json, ['Accept-Encoding', 'gzip, deflate, br, zstd;q=0.1']],
  [json, ['__proto__', 'x'], ['constructor', 'y']],
];

const head: Kind = {
  name: 'head',
  share: 7,
  make: (facts, random) => {
    const route = random.pick(jsonRoutes);
    const fields = [bearer(facts, route), ...random.pick(heads), ['Content-Length', '1'] as const];
    const made = rawRequest(`${route.method} ${route.path} HTTP/1.1`, fields, '{');
    const what = fields.slice(1).flat().join(' ').slice(0, 60);
    return { ...framed(route, what, made, [400, 415, 417]), mayClose: true };
  },
};

/** Framing that cannot be believed: answered with an error, or with the end of the connection. */
const framings: readonly ((line: string, own: Field, random: SeededRandom) => Buffer)[] = [
  (line, own) => rawRequest(line, [own, json, ['Content-Length', '-1']], '{}'),
  (line, own) => rawRequest(line, [own, json, ['Content-Length', '0x2']], '{}'),
  (line, own) => rawRequest(line, [own, json, ['Content-Length', '+2']], '{}'),
  (line, own) => rawRequest(line, [own, json, ['Content-Length', '2, 2']], '{}'),
  (line, own) => rawRequest(line, [own, json, ['Content-Length', '1'], ['Content-Length', '2']]),
  (line, own) => rawRequest(line, [own, json, ['Content-Length', '9'.repeat(30)]], '{}'),
  (line, own) => rawRequest(line, [own, json, ['Content-Length', '99999999999']], '{}'),
  (line, own) =>
    rawRequest(line, [own, json, ['Content-Length', '2'], ['Transfer-Encoding', 'chunked']], '{}'),
  (line, own) => rawRequest(line, [own, json, ['Transfer-Encoding', 'gzip, chunked']], '{}'),
  (line, own) => rawRequest(line, [own, json, ['Transfer-Encoding', 'chunked, identity']], '{}'),
  (line, own) => rawRequest(line, [own, json, ['Transfer-Encoding', 'chunked']], 'zz\r\n{}\r\n'),
  (line, own) => rawRequest(line, [own, json, ['Transfer-Encoding', 'chunked']], '-2\r\n{}\r\n'),
  (line, own) =>
    rawRequest(line, [own, json, ['Transfer-Encoding', 'chunked']], `${'f'.repeat(20)}\r\n{}`),
  (line, own) =>
    rawRequest(line, [own, json, ['Transfer-Encoding', 'chunked']], `2;${'x'.repeat(20_000)}\r\n`),
  // Ends within the body.
  (line, own) => rawRequest(line, [own, json, ['Content-Length', '100']], '{'),
  (line, own) => rawRequest(line, [own, json, ['Transfer-Encoding', 'chunked']], '5\r\n{'),
  (line, own) => rawRequest(line, [own, json, ['Transfer-Encoding', 'chunked']], '1\r\n{\r\n'),
  // More than it said: the rest is another request, and none.
  (line, own) => rawRequest(line, [own, json, ['Content-Length', '1']], `{${'more'.repeat(50)}`),
  (line, own) => rawRequest(line, [own, ['Bad Name', 'x']]),
  (line, own) => rawRequest(line, [own, ['X', 'a\u0000b']]),
  (line, own) => rawRequest(line, [own, ['X', 'a\r b']]),
  (line, own) => rawRequest(line, [own, ['X', 'a\nY: b\n\n']]),
  (line, own) => rawRequest(line, [own, ['X', `a\r\n folded`]], '{'),
  (line, own) => rawRequest(line, [own, ['X', 'y'.repeat(20_000)]]),
  (line, own) =>
    rawRequest(line, [own, ...Array.from({ length: 3_000 }, (_, i) => [`X${i}`, ''] as const)]),
  (line) => Buffer.from(`${line}\r\n\r\n`),
  (line) => Buffer.from(`${line}\nHost: x\n\n`),
  (line) => Buffer.from(line),
  (line) => Buffer.from(`${line.replace('HTTP/1.1', 'HTTP/3.0')}\r\nHost: x\r\n\r\n`),
  (line) => Buffer.from(`${line.replace('HTTP/1.1', 'HTTP/1.0')}\r\n\r\n`),
  (line) => Buffer.from(`${line.replace(' HTTP/1.1', '')}\r\n`),
  () => Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'),
  () => Buffer.from('16030100f8010000f40303', 'hex'),
  () => Buffer.from('\r\n'.repeat(200)),
  () => Buffer.from('HTTP/1.1 200 OK\r\n\r\n'),
  (_line, _own, random) => Buffer.from(random.hex(2 * random.integer(1, 600)), 'hex'),
];

const framing: Kind = {
  name: 'framing',
  share: 7,
  make: (facts, random) => {
    const route = random.pick(jsonRoutes);
    const line = `${route.method} ${route.path} HTTP/1.1`;
    const bytes = random.pick(framings)(line, bearer(facts, route), random);
    const statuses = [400, 401, 405, 408, 413, 415, 431, 501, 505];
    return {
      ...framed(route, `framing ${bytes.toString('latin1').slice(0, 80)}`, bytes, statuses),
      ...{ answers: 2, mayClose: true, then: random.chance(0.1) ? 'cut' : 'end' },
    };
  },
};

/** A well-formed message that comes in pieces, or at once with others. */
function pipelined(facts: Facts, random: SeededRandom): Case {
  const route = random.pick(jsonRoutes);
  const count = random.integer(2, 6);
  const requests = Array.from({ length: count }, () => {
    const token = random.chance(0.5) ? facts.tokens[route.role] : undefined;
    const body = random.pick(['{', '[]', '{"more":1}']);
    return requestBytes({ method: 'POST', path: route.path, token, body });
  });
  const bytes = Buffer.concat(requests);
  const cut = random.integer(1, bytes.length - 1);
  return {
    ...framed(route, `${count} requests at once`, bytes, [400, 401]),
    chunks: random.chance(0.5) ? [bytes] : [bytes.subarray(0, cut), bytes.subarray(cut)],
    ...{ answers: count, mayClose: true },
  };
}

export const wireKinds: readonly Kind[] = [
  head,
  framing,
  { name: 'pipeline', share: 2, make: pipelined },
];
