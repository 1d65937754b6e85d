import { gzipSync } from 'node:zlib';
import type { SeededRandom } from '@mapreduce/service/virtual';
import { drawMessage } from './message.ts';
import { framed, type Kind } from './case.ts';
import { requestBytes } from './http-text.ts';
import { jsonRoutes, routeTable, type Facts, type RouteEntry } from './routes.ts';
import { spoil } from './spoil.ts';

function post(facts: Facts, route: RouteEntry, body: Buffer | string): Buffer {
  const { method, path, role } = route;
  return requestBytes({ method, path, token: facts.tokens[role], body });
}

const field: Kind = {
  name: 'field',
  share: 28,
  make: (facts, random) => {
    const route = random.pick(jsonRoutes);
    const drawn = drawMessage(route.schema, random);
    const what = spoil(drawn, random);
    return framed(route, what, post(facts, route, JSON.stringify(drawn.message)), [400, 413]);
  },
};

/** Texts that are no message of any route, made from one that is. */
const texts: readonly ((valid: string, random: SeededRandom) => Buffer | string)[] = [
  (valid, random) => valid.slice(0, random.integer(0, valid.length - 1)),
  (valid) => `${valid}${valid}`,
  (valid) => `${valid},`,
  (valid) => `\u{feff}${valid}`,
  (valid) => valid.replaceAll('"', "'"),
  (valid) => Buffer.from(valid, 'utf16le'),
  (valid) => gzipSync(valid),
  (valid) => valid.replace(':', ':/* */'),
  (valid) => valid.replace('}', ',}'),
  (valid) => `[${valid}]`,
  (valid) => `{"body":${valid}}`,
  (valid) => JSON.stringify(valid),
  (valid) => valid.replace('{', '{"__proto__":{"polluted":1},'),
  (valid) => valid.replace('{', '{"more":1e999,'),
  (valid) => valid.replace('{', `{"more":${'1'.repeat(10_000)},`),
  (valid) => valid.replace('{', '{"more":NaN,'),
  (valid) => valid.replace('{', '{"more":"\u0007",'),
  (valid) => Buffer.concat([Buffer.from('{"m\xff":0,', 'latin1'), Buffer.from(valid.slice(1))]),
  () => '',
  () => 'null',
  () => '0',
  () => '""',
  () => '[]',
  () => 'true',
  () => '\u0000',
  () => '['.repeat(5_000),
  () => `${'['.repeat(1_000)}${']'.repeat(1_000)}`,
  () => '{"a":'.repeat(5_000),
  (_valid, random) => Buffer.from(random.hex(2 * random.integer(1, 400)), 'hex'),
];

const text: Kind = {
  name: 'text',
  share: 14,
  make: (facts, random) => {
    const route = random.pick(jsonRoutes);
    const valid = JSON.stringify(drawMessage(route.schema, random).message);
    const body = random.pick(texts)(valid, random);
    const what = `body ${body.toString('latin1').slice(0, 40)}`;
    return framed(route, what, post(facts, route, body), [400]);
  },
};

/** Bodies of up to 4 MiB that cost as much as they can. */
const burdens: readonly ((route: RouteEntry, size: number) => string)[] = [
  (_route, size) => '['.repeat(size),
  (_route, size) => `[${'0,'.repeat(size / 2)}0]`,
  (_route, size) => `{${'"a":{},'.repeat(size / 7)}"b":0}`,
  (_route, size) => `"${'\\u0000'.repeat(size / 6)}"`,
  (_route, size) => ' '.repeat(size),
  (_route, size) => `[${'{},'.repeat(size / 3)}{}]`,
  (route, size) => {
    const lists = Object.entries(route.schema?.properties ?? {});
    const members = lists.map(([name, { type }]) =>
      type === 'array'
        ? `"${name}":[${'{},'.repeat(Math.min(190_000, size / 3))}{}]`
        : `"${name}":[${'0,'.repeat(Math.min(190_000, size / 3))}0]`,
    );
    return `{${members.join()}}`;
  },
  // Integer-like keys are what makes objects slow.
  (_route, size) => {
    const keys = Array.from(
      { length: size / 14 },
      (_, key) => `"${(key * 7_919_317) % 2 ** 31}":0`,
    );
    return `{${keys.join()}}`;
  },
];

const burden: Kind = {
  name: 'burden',
  share: 0.05,
  make: (facts, random) => {
    const route = random.pick(jsonRoutes);
    const size = Math.min(route.limit - 100, 2 ** random.integer(14, 22));
    const body = random.pick(burdens)(route, size);
    const what = `${body.length} bytes of ${body.slice(0, 20)}`;
    const made = framed(route, what, post(facts, route, body), [400, 413]);
    return { ...made, mayClose: body.length > route.limit };
  },
};

/** A worker's message of a life of the coordinator that is over, or from a worker nobody knows. */
const sender: Kind = {
  name: 'sender',
  share: 3,
  make: (facts, random) => {
    const routes = jsonRoutes.filter(
      ({ schema, name }) =>
        schema.required?.includes('incarnation') === true && name !== 'register',
    );
    const route = random.pick(routes);
    const { message } = drawMessage(route.schema, random);
    const stale = random.chance(0.5);
    const { nonce } = facts.epoch;
    message['epoch'] = stale ? { generation: 1, boot: 1, nonce } : facts.epoch;
    message['incarnation'] = `nobody-${random.hex(8)}`;
    const what = stale ? 'an epoch that is over' : 'an incarnation that is unknown';
    return framed(route, what, post(facts, route, JSON.stringify(message)), [stale ? 409 : 410]);
  },
};

const queries: Readonly<Record<string, readonly string[]>> = {
  input: [
    '',
    'input=0',
    'input=-1&start=0&end=1&version=x',
    'input=99&start=0&end=1&version=x',
    'input=0&start=1e3&end=2e3&version=x',
    'input=0&start=9&end=1&version=x',
    'input=0&start=0&end=99999999999999999999&version=x',
    'input=0&start=0&end=9007199254740991&version=x',
    'input=0&start=0&end=1&version=',
    'input=../../etc/passwd&start=0&end=1&version=x',
    'input=__proto__&start=0&end=1&version=x',
    `input=0&start=0&end=1&version=${'x'.repeat(9_000)}`,
  ],
  part: [
    '',
    'attempt=x&file=part-00000',
    'attempt=../../..&file=part-00000',
    'attempt=2-1-00000000-map-0-0&file=part-00000',
    'attempt=2-1-00000000-reduce-99-0&file=part-00099',
    'attempt=2-1-00000000-reduce-0-0&file=../../../../etc/cron.d/x',
    'attempt=2-1-00000000-reduce-0-0&file=part-00001',
    'attempt=2-1-00000000-reduce-0-0&file=part-00000/../x',
    'attempt=2-1-00000000-reduce-0-0&file=part-00000-%2f..%2fx',
    'attempt=2-1-00000000-reduce-0-0&file=part-00000-%00',
    'attempt=2-1-00000000-reduce-0-0&file=part-00000.%0a',
    `attempt=2-1-00000000-reduce-0-0&file=part-00000-${'x'.repeat(300)}`,
    'attempt=2-1-00000000-reduce-0-0',
    'file=part-00000',
  ],
};

const query: Kind = {
  name: 'query',
  share: 4,
  make: (facts, random) => {
    const route = random.pick(routeTable.filter(({ name }) => queries[name] !== undefined));
    const chosen = random.pick(queries[route.name] ?? []);
    const { method, path, role } = route;
    const parts = { method, path: `${path}?${chosen}`, token: facts.tokens[role], body: 'bytes' };
    return framed(route, `query ${chosen.slice(0, 70)}`, requestBytes(parts), [400, 404, 412, 416]);
  },
};

export const bodyKinds: readonly Kind[] = [field, text, burden, sender, query];
