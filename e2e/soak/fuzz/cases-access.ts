import { drawMessage } from './message.ts';
import { framed, type Case, type Kind } from './case.ts';
import { requestBytes, type Field } from './http-text.ts';
import { jsonRoutes, refusalOf, routeTable, type Facts, type RouteEntry } from './routes.ts';

const roles = ['control', 'worker', 'shuffle-read'] as const;

/** What may stand in an Authorization header, and the status that it must give. */
interface Credential {
  readonly what: string;
  readonly fields: readonly Field[];
  readonly status: 401 | 403;
}

/** Every credential that the route must refuse. */
export function wrongCredentials(route: RouteEntry, facts: Facts): readonly Credential[] {
  const own = facts.tokens[route.role];
  const bad: readonly [string, string][] = [
    ['a token of an ended job', `Bearer ${facts.expired}`],
    ['a token of zeros', `Bearer ${'0'.repeat(64)}`],
    ['its token in capitals', `Bearer ${own.toUpperCase()}`],
    ['its token cut short', `Bearer ${own.slice(0, 63)}`],
    ['its token and more', `Bearer ${own}0`],
    ['its token twice', `Bearer ${own} ${own}`],
    ['its token without a scheme', own],
    ['its token by another scheme', `Basic ${Buffer.from(`:${own}`).toString('base64')}`],
    ['its token in quotes', `Bearer "${own}"`],
    ['an endless token', `Bearer ${'a'.repeat(4_000)}`],
    ['no token after the scheme', 'Bearer '],
    ['bytes beyond ASCII', `Bearer \u00e9\u00ff${own.slice(2)}`],
  ];
  return [
    { what: 'no token', fields: [], status: 401 },
    ...bad.map(([what, value]) => ({
      ...{ what, fields: [['Authorization', value] as const], status: 401 as const },
    })),
    ...roles
      .filter((role) => role !== route.role)
      .map((role) => ({
        what: `the token of ${role}`,
        fields: [['Authorization', `Bearer ${facts.tokens[role]}`] as const],
        status: refusalOf(route, role),
      })),
  ];
}

const token: Kind = {
  name: 'token',
  share: 20,
  make: (facts, random) => {
    const route = random.pick(routeTable);
    const { what, fields, status } = random.pick(wrongCredentials(route, facts));
    const { method, path, schema } = route;
    const body = schema && JSON.stringify(drawMessage(schema, random).message);
    return framed(route, what, requestBytes({ method, path, fields, body }), [status]);
  },
};

const otherMethods = ['GET', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE', 'PROPFIND', 'POST'];

const method: Kind = {
  name: 'method',
  share: 6,
  make: (facts, random) => {
    const route = random.pick(routeTable);
    const other = random.pick(otherMethods.filter((name) => name !== route.method));
    const body = route.schema && JSON.stringify(drawMessage(route.schema, random).message);
    const parts = { method: other, path: route.path, token: facts.tokens[route.role], body };
    return framed(route, `by ${other}`, requestBytes(parts), [405]);
  },
};

const noMethod: Kind = {
  name: 'no method',
  share: 2,
  make: (facts, random) => {
    const route = random.pick(routeTable);
    const other = random.pick(['post', 'FOO', 'HEAD', 'CONNECT', '', 'POST POST', 'G\u0000T']);
    const parts = { method: other, path: route.path, token: facts.tokens[route.role], body: '{' };
    return {
      ...framed(route, `by ${JSON.stringify(other)}`, requestBytes(parts), [400, 405]),
      ...{ mayClose: true, head: other === 'HEAD', then: 'end' },
    };
  },
};

const paths: readonly ((path: string) => string)[] = [
  (path) => `${path}/`,
  (path) => path.toUpperCase(),
  (path) => `/${path}`,
  (path) => `${path}%00`,
  (path) => `${path}%zz`,
  (path) => path.replace('/v1', '/v2'),
  (path) => path.replace('/v1/', '/v1/../'),
  (path) => path.replace('/v1/', '/v1/./'),
  (path) => path.replace('/v1/', '/v1/%2e%2e/%2e%2e/etc/passwd?'),
  (path) => `${path};a=b`,
  (path) => `${path}?${'a=b&'.repeat(500)}`,
  (path) => `${path}?__proto__[a]=b&constructor=c&after=1`,
  (path) => `${path}#part`,
  (path) => `http://127.0.0.1${path}`,
  (path) => `http://user:password@elsewhere.example${path}`,
  (path) => `${path}/${'x'.repeat(12_000)}`,
  (path) => path.slice(1),
  (path) => path.slice(0, -1),
  (path) => `${path}\u00e9`,
  (path) => path.replace('v1', 'v%31'),
  () => '/',
  () => '*',
  () => '/v1',
  () => '/healthz/../v1',
  () => '/__proto__',
  () => '//',
  () => 'file:///etc/passwd',
  () => 'http://[::1',
];

const path: Kind = {
  name: 'path',
  share: 9,
  make: (facts, random) => {
    const route = random.pick(jsonRoutes);
    const made = random.pick(paths)(route.path);
    const parts = { method: 'POST', path: made, token: facts.tokens[route.role], body: '{' };
    const what = `path ${made.slice(0, 60)}`;
    // Where it still names the route, the body is no JSON.
    return { ...framed(route, what, requestBytes(parts), [400, 404, 408]), mayClose: true };
  },
};

export const accessKinds: readonly Kind[] = [token, method, noMethod, path];

/** A path that is no route is refused like one, so that nobody without a token learns which there are. */
function noRoute(facts: Facts): readonly Case[] {
  return (['coordinator', 'worker'] as const).flatMap((target) => {
    const some = routeTable.find((route) => route.target === target);
    if (some === undefined) throw new Error(`the ${target} has no route`);
    const route = { ...some, name: `no route of the ${target}`, path: '/v1/none' };
    const right: Field = ['Authorization', `Bearer ${facts.tokens[route.role]}`];
    const by = (what: string, fields: readonly Field[], status: number) =>
      framed(route, what, requestBytes({ method: 'POST', path: route.path, fields, body: '{}' }), [
        status,
      ]);
    return [
      by('no token', [], 401),
      by('a token of an ended job', [['Authorization', `Bearer ${facts.expired}`]], 401),
      by('a token of its server', [right], 404),
    ];
  });
}

/** Every route by every credential and some methods, each with the one status that is right. */
export function accessTable(facts: Facts): readonly Case[] {
  const ofRoutes = routeTable.flatMap((route) => {
    const right: Field = ['Authorization', `Bearer ${facts.tokens[route.role]}`];
    const body = '{"unknown":0}';
    const refused = wrongCredentials(route, facts).flatMap(({ what, fields, status }) =>
      [route.method, 'DELETE'].map((by) =>
        framed(
          route,
          `${by} with ${what}`,
          requestBytes({ method: by, path: route.path, fields, body }),
          [status],
        ),
      ),
    );
    const others = otherMethods
      .filter((name) => name !== route.method)
      .map((name) => {
        const parts = { method: name, path: route.path, fields: [right], body };
        return framed(route, `${name} with its token`, requestBytes(parts), [405]);
      });
    const { method: own, path: at } = route;
    // The one that takes neither body nor query answers.
    const admitted = framed(
      route,
      'admitted',
      requestBytes({ method: own, path: at, fields: [right], body }),
      [route.name === 'program' ? 200 : 400],
    );
    return [...refused, ...others, admitted];
  });
  return [...ofRoutes, ...noRoute(facts)];
}
