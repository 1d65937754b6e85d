import {
  bulkRoutes,
  routes,
  segmentsRequestSchema,
  type BulkRouteName,
  type Epoch,
  type Role,
  type RouteName,
} from '@mapreduce/protocol';
import { jsonSchemaOf, type JsonSchema } from './message.ts';

export type Target = 'coordinator' | 'worker';

/** One entry of the route table. */
export interface RouteEntry {
  readonly name: string;
  readonly target: Target;
  readonly method: string;
  readonly path: string;
  readonly role: Role;
  /** Of its JSON body, where it takes one. */
  readonly schema: JsonSchema | undefined;
  /** Bytes that a body may have. */
  readonly limit: number;
}

/** Who serves a bulk route; a new one does not compile until it is here. */
const servers: Readonly<Record<BulkRouteName, Target>> = {
  segments: 'worker',
  output: 'worker',
  program: 'coordinator',
  input: 'coordinator',
  part: 'coordinator',
};
const bulkSchemas: Partial<Record<BulkRouteName, JsonSchema>> = {
  segments: jsonSchemaOf(segmentsRequestSchema),
};

/** Every route of the protocol. */
export const routeTable: readonly RouteEntry[] = [
  ...Object.entries(routes).map(([name, { path, role, request, body }]) => ({
    ...{ name: name as RouteName, target: 'coordinator' as const, method: 'POST' },
    ...{ path, role, schema: jsonSchemaOf(request), limit: body },
  })),
  ...Object.entries(bulkRoutes).map(([key, { method, path, role }]) => {
    const name = key as BulkRouteName;
    const schema = bulkSchemas[name];
    return { name, target: servers[name], method, path, role, schema, limit: 2 ** 25 };
  }),
];

export const jsonRoutes = routeTable.filter(
  (route): route is RouteEntry & { readonly schema: JsonSchema } => route.schema !== undefined,
);

/** What the fuzzer knows of the servers. */
export interface Facts {
  readonly tokens: Readonly<Record<Role, string>>;
  /** The token of a job that is over. */
  readonly expired: string;
  readonly epoch: Epoch;
}

/** The roles whose tokens a server knows. */
const rolesOf: Readonly<Record<Target, readonly Role[]>> = {
  coordinator: ['control', 'worker'],
  worker: ['shuffle-read'],
};

/** What a server must answer to a credential that a route does not take. */
export function refusalOf(route: RouteEntry, presented: Role | undefined): 401 | 403 {
  return presented !== undefined && rolesOf[route.target].includes(presented) ? 403 : 401;
}
