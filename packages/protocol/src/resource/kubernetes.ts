import * as z from 'zod';

/** A rule that the API server holds (CEL) and so does a parse. Both say the same message. */
export interface Rule<T> {
  /** A CEL expression over `self`; with `oldSelf` it holds on updates alone. */
  readonly cel: string;
  readonly message: string;
  /** The same in TypeScript; absent where only the API server can tell, as on updates. */
  readonly holds?: (value: T) => boolean;
}

/** What the API server is to know of a schema beyond its JSON type. */
export interface KubernetesTraits {
  readonly rules?: readonly { readonly cel: string; readonly message: string }[];
  /** Fields that the schema does not name are kept, as in pod templates. */
  readonly keepUnknown?: true;
  /** Numbers and strings are both taken, as in `cpu: 1` and `cpu: 500m`. */
  readonly intOrString?: true;
  /** A list that is merged by a key of its elements. */
  readonly mapKeys?: readonly string[];
  /** How many members a map may have. */
  readonly maxMembers?: number;
}

/** Traits by schema; the lowering to a CustomResourceDefinition reads them. */
export const kubernetesTraits = z.registry<KubernetesTraits>();

/** Adds rules to a schema, which must have none yet. */
export function ruled<S extends z.ZodType>(schema: S, ...rules: Rule<z.output<S>>[]): S {
  let result: S = schema;
  for (const { holds, message } of rules) {
    if (holds !== undefined) result = result.refine(holds, { message });
  }
  const told = rules.map(({ cel, message }) => ({ cel, message }));
  kubernetesTraits.add(result, { ...kubernetesTraits.get(schema), rules: told });
  return result;
}

/** One of the members, under its name: `{ builtin: … } | { inline: … }`. */
export type OneOf<S extends Readonly<Record<string, z.ZodType>>> = {
  [K in keyof S]: { readonly [P in K]: z.output<S[K]> };
}[keyof S];

/** An object that has exactly one of these members, which is how Kubernetes writes a union. */
export function exactlyOne<S extends Readonly<Record<string, z.ZodType>>>(
  members: S,
): z.ZodType<OneOf<S>> {
  const names = Object.keys(members);
  const optional = Object.fromEntries(
    Object.entries(members).map(([name, schema]) => [name, schema.optional()]),
  );
  const present = names.map((name) => `has(self.${name})`).join(', ');
  const schema = ruled(z.strictObject(optional), {
    cel: `[${present}].filter(x, x).size() == 1`,
    message: `expected exactly one of ${names.join(', ')}`,
    holds: (value) => Object.values(value).filter((member) => member !== undefined).length === 1,
  });
  return schema as unknown as z.ZodType<OneOf<S>>;
}
