import type { SeededRandom } from '@mapreduce/service/virtual';

/** What of JSON Schema our messages use; zod writes it. */
export interface JsonSchema {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | JsonSchema;
  readonly items?: JsonSchema;
  /** Of a tuple. */
  readonly prefixItems?: readonly JsonSchema[];
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly oneOf?: readonly JsonSchema[];
  readonly anyOf?: readonly JsonSchema[];
  readonly enum?: readonly string[];
  readonly const?: unknown;
  readonly pattern?: string;
  readonly format?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
}

/** What of zod's schemas is needed here. */
interface Describable {
  toJSONSchema(options: { readonly io: 'input' }): unknown;
}

export function jsonSchemaOf(schema: Describable): JsonSchema {
  return schema.toJSONSchema({ io: 'input' }) as JsonSchema;
}

/** A place in a message: what it may hold, and how to put something else there. */
export interface Place {
  readonly path: string;
  readonly schema: JsonSchema;
  readonly value: unknown;
  readonly replace: (value: unknown) => void;
  /** Takes it out; only where it must be there. */
  readonly remove: (() => void) | undefined;
}

/** A message that the schema accepts, with every place in it where it could be spoilt. */
export interface DrawnMessage {
  readonly message: Record<string, unknown>;
  readonly places: readonly Place[];
}

export function drawMessage(schema: JsonSchema, random: SeededRandom): DrawnMessage {
  const places: Place[] = [];
  const root: Record<string, unknown> = {};
  root['body'] = draw(schema, random);
  visit(schema, root, 'body', '', true, places);
  return { message: root['body'] as Record<string, unknown>, places: places.slice(1) };
}

function draw(schema: JsonSchema, random: SeededRandom): unknown {
  const options = schema.oneOf ?? schema.anyOf;
  if (options !== undefined) return draw(random.pick(options), random);
  if (schema.const !== undefined) return schema.const;
  if (schema.enum !== undefined) return random.pick(schema.enum);
  switch (schema.type) {
    case 'object':
      return drawObject(schema, random);
    case 'array': {
      if (schema.prefixItems !== undefined) {
        return schema.prefixItems.map((item) => draw(item, random));
      }
      const least = schema.minItems ?? 0;
      const length = random.integer(least, Math.min(schema.maxItems ?? 3, least + 3));
      return Array.from({ length }, () => draw(schema.items ?? {}, random));
    }
    case 'string':
      return drawString(schema, random);
    case 'integer':
      return random.integer(schema.minimum ?? 0, Math.min(schema.maximum ?? 100, 2 ** 31));
    case 'number':
      return random.float() * 1_000;
    case 'boolean':
      return random.chance(0.5);
    case undefined:
    default:
      throw new Error(`message.ts draws no ${JSON.stringify(schema)}: teach it`);
  }
}

function drawObject(schema: JsonSchema, random: SeededRandom): Record<string, unknown> {
  const drawn: Record<string, unknown> = {};
  for (const [name, member] of Object.entries(schema.properties ?? {})) {
    const needed = schema.required?.includes(name) ?? false;
    if (needed || random.chance(0.7)) drawn[name] = draw(member, random);
  }
  if (typeof schema.additionalProperties === 'object' && schema.properties === undefined) {
    for (let count = random.integer(0, 3); count > 0; count--) {
      drawn[`counter-${count}`] = draw(schema.additionalProperties, random);
    }
  }
  return drawn;
}

/** Examples of the patterns that messages use; every one is checked against its pattern. */
const examples = [
  (random: SeededRandom) => random.hex(64),
  (random: SeededRandom) => random.hex(8),
  (random: SeededRandom) =>
    `${random.integer(1, 9)}-${random.integer(1, 9)}-${random.hex(8)}-map-${random.integer(0, 99)}-0`,
  (random: SeededRandom) => `part-${String(random.integer(0, 99_999)).padStart(5, '0')}`,
];

function drawString(schema: JsonSchema, random: SeededRandom): string {
  if (schema.format === 'uri') return `http://127.0.0.1:${random.integer(1, 65_535)}`;
  if (schema.format === 'base64') return Buffer.from(random.hex(8)).toString('base64');
  if (schema.pattern === undefined) {
    return 'some text'
      .repeat(20)
      .slice(0, Math.min(schema.maxLength ?? 180, random.integer(1, 60)));
  }
  const pattern = new RegExp(schema.pattern);
  for (const example of examples) {
    const text = example(random);
    if (pattern.test(text) && text.length <= (schema.maxLength ?? 1_000)) return text;
  }
  throw new Error(`message.ts has no example of ${schema.pattern}: add one`);
}

type Holder = Record<string | number, unknown>;

function visit(
  schema: JsonSchema,
  holder: Holder,
  key: string | number,
  path: string,
  required: boolean,
  places: Place[],
): void {
  const value = holder[key];
  const options = schema.oneOf ?? schema.anyOf;
  if (options !== undefined) {
    const kind = (value as { kind?: unknown } | undefined)?.kind;
    const chosen = options.find(({ properties, type }) =>
      Array.isArray(value) ? type === 'array' : properties?.['kind']?.const === kind,
    );
    visit(chosen ?? options[0] ?? {}, holder, key, path, required, places);
    return;
  }
  const canRemove = required && typeof key === 'string';
  const remove = canRemove ? () => void Reflect.deleteProperty(holder, key) : undefined;
  const replace = (other: unknown) => void (holder[key] = other);
  places.push({ path, schema, value, replace, remove });
  if (Array.isArray(value)) {
    for (const index of value.keys()) {
      const items = value as unknown[] as unknown as Holder;
      const item = schema.prefixItems?.[index] ?? schema.items ?? {};
      visit(item, items, index, `${path}.${index}`, true, places);
    }
  } else if (typeof value === 'object' && value !== null) {
    for (const name of Object.keys(value)) {
      const extra = schema.additionalProperties;
      const member = schema.properties?.[name] ?? (typeof extra === 'object' ? extra : {});
      const needed = schema.required?.includes(name) ?? false;
      visit(member, value as Holder, name, `${path}.${name}`, needed, places);
    }
  }
}
