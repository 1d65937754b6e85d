import * as z from 'zod';
import { kubernetesTraits, type KubernetesTraits } from '@mapreduce/protocol/resource';

/** A structural schema of Kubernetes: OpenAPI 3.0 with its own extensions. */
export interface StructuralSchema {
  readonly type?: string;
  readonly format?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly properties?: Readonly<Record<string, StructuralSchema>>;
  readonly additionalProperties?: StructuralSchema;
  readonly items?: StructuralSchema;
  readonly required?: readonly string[];
  readonly enum?: readonly unknown[];
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly maxProperties?: number;
  readonly 'x-kubernetes-validations'?: readonly { rule: string; message: string }[];
  readonly 'x-kubernetes-preserve-unknown-fields'?: true;
  readonly 'x-kubernetes-int-or-string'?: true;
  readonly 'x-kubernetes-list-type'?: 'map';
  readonly 'x-kubernetes-list-map-keys'?: readonly string[];
}

/** What zod makes of a schema, with the traits that it was given. */
interface JsonSchema {
  type?: string;
  properties?: Record<string, JsonSchema>;
  additionalProperties?: JsonSchema | boolean;
  items?: JsonSchema;
  required?: string[];
  anyOf?: JsonSchema[];
  maximum?: number;
  traits?: KubernetesTraits;
  [keyword: string]: unknown;
}

/** What is copied as it is. */
const plainKeywords = [
  ...['type', 'format', 'description', 'default', 'enum', 'pattern', 'required'],
  ...['minimum', 'maximum', 'minLength', 'maxLength', 'minItems', 'maxItems'],
] as const;

/** What a schema may have beside them; anything else has no counterpart in Kubernetes. */
const handledKeywords = new Set<string>([
  ...plainKeywords,
  ...['properties', 'additionalProperties', 'items', 'traits', 'anyOf'],
]);

/**
 * The structural schema of a zod schema: objects (closed ones are pruned by the API server), lists,
 * maps, strings, numbers, enums, defaults, with the rules and other traits of `kubernetesTraits`.
 * Throws, with the field's path, for what Kubernetes cannot say (unions other than of members that
 * exclude each other), and for strings, lists and maps without a bound, since the cost of a rule is
 * estimated by bounds.
 */
export function lower(schema: z.ZodType): StructuralSchema {
  const json = z.toJSONSchema(schema, {
    io: 'input',
    target: 'openapi-3.0',
    override: ({ zodSchema, jsonSchema }) => {
      const traits = kubernetesTraits.get(zodSchema as unknown as z.ZodType);
      if (traits !== undefined) (jsonSchema as JsonSchema).traits = traits;
    },
  });
  return lowerAt('', json as JsonSchema);
}

function lowerAt(path: string, json: JsonSchema): StructuralSchema {
  const traits = json.traits ?? {};
  if (traits.intOrString === true) return lowerIntOrString(path, json);
  checkKeywords(path, json);
  const result: Record<string, unknown> = {};
  for (const keyword of plainKeywords) {
    if (json[keyword] !== undefined) result[keyword] = json[keyword];
  }
  if (json.type === 'integer') {
    result['format'] = 'int64';
    // zod's own bound of integers says nothing to people.
    if (json.maximum === Number.MAX_SAFE_INTEGER) delete result['maximum'];
  }
  if (json.properties !== undefined && traits.keepUnknown !== true) {
    result['properties'] = Object.fromEntries(
      Object.entries(json.properties).map(([name, member]) => [
        name,
        lowerAt(`${path}.${name}`, member),
      ]),
    );
  }
  if (json.items !== undefined) result['items'] = lowerAt(`${path}[]`, json.items);
  if (isMap(json)) result['additionalProperties'] = lowerAt(`${path}{}`, json.additionalProperties);
  return { ...result, ...lowerTraits(traits) };
}

/** Bounds of the text hold for texts alone, so they may stand beside the extension. */
function lowerIntOrString(path: string, json: JsonSchema): StructuralSchema {
  const text = json.anyOf?.find(({ type }) => type === 'string');
  if (text === undefined) throw new Error(`${path}: intOrString wants a union with a string`);
  const { maxLength, pattern } = lowerAt(path, text);
  return {
    'x-kubernetes-int-or-string': true,
    ...(maxLength !== undefined && { maxLength }),
    ...(pattern !== undefined && { pattern }),
  };
}

function isMap(json: JsonSchema): json is JsonSchema & { additionalProperties: JsonSchema } {
  return (
    typeof json.additionalProperties === 'object' &&
    Object.keys(json.additionalProperties).length > 0
  );
}

function checkKeywords(path: string, json: JsonSchema): void {
  const fail = (why: string): never => {
    throw new Error(`${path === '' ? '(root)' : path}: ${why}`);
  };
  const foreign = Object.keys(json).filter((keyword) => !handledKeywords.has(keyword));
  if (foreign.length > 0) fail(`no counterpart of ${foreign.join(', ')} in a structural schema`);
  if (json.anyOf !== undefined) fail('a union: write it with exactlyOne');
  if (json.type === undefined) fail('no type');
  if (json.type === 'string' && json['enum'] === undefined && json['maxLength'] === undefined) {
    fail('a string with no greatest length');
  }
  if (json.type === 'array' && json['maxItems'] === undefined) fail('a list with no bound');
  if (isMap(json) && json.traits?.maxMembers === undefined) fail('a map with no bound');
}

function lowerTraits(traits: KubernetesTraits): StructuralSchema {
  const { rules, keepUnknown, mapKeys, maxMembers } = traits;
  return {
    ...(maxMembers !== undefined && { maxProperties: maxMembers }),
    ...(keepUnknown === true && { 'x-kubernetes-preserve-unknown-fields': true as const }),
    ...(mapKeys !== undefined && {
      'x-kubernetes-list-type': 'map' as const,
      'x-kubernetes-list-map-keys': mapKeys,
    }),
    ...(rules !== undefined && {
      'x-kubernetes-validations': rules.map(({ cel, message }) => ({ rule: cel, message })),
    }),
  };
}
