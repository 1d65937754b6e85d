import * as z from 'zod';
import { chartValuesSchema } from './values.ts';

/** Helm's own: may be given to any chart. */
const helmOwn = { global: { type: 'object' } };

/** `values.schema.json`, against which helm checks what users give. */
export function valuesSchema(): string {
  const { properties, ...schema } = z.toJSONSchema(chartValuesSchema, {
    io: 'input',
    target: 'draft-7',
  });
  return `${JSON.stringify({ ...schema, properties: { ...properties, ...helmOwn } }, null, 2)}\n`;
}

/** One value that a user may give. */
interface Value {
  /** Such as `images.worker.tag`. */
  readonly path: readonly string[];
  readonly fallback: unknown;
  readonly description: string;
}

/** `values.yaml`: every value with its default. */
export function valuesYaml(): string {
  const lines = ['# All values and their defaults; README.md has them as a table.'];
  let group: readonly string[] = [];
  for (const { path, fallback, description } of values()) {
    const parents = path.slice(0, -1);
    const shared = parents.findIndex((name, depth) => group[depth] !== name);
    if (shared !== -1) {
      for (const [depth, name] of parents.entries()) {
        if (depth >= shared) lines.push(`${'  '.repeat(depth)}${name}:`);
      }
    }
    group = parents;
    const indent = '  '.repeat(parents.length);
    lines.push(`${indent}# ${description}`);
    lines.push(...yaml(path.at(-1) ?? '', fallback, indent));
  }
  return `${lines.join('\n')}\n`;
}

/** The README's table of values. */
export function valuesTable(): string {
  const rows = [...values()].map(({ path, fallback, description }) =>
    [`\`${path.join('.')}\``, `\`${JSON.stringify(fallback)}\``, description].map((cell) =>
      cell.replaceAll('|', '\\|'),
    ),
  );
  return ['| Value | Default | What it is |', '| --- | --- | --- |']
    .concat(rows.map((cells) => `| ${cells.join(' | ')} |`))
    .join('\n');
}

function* values(
  shape: Readonly<Record<string, z.ZodType>> = chartValuesSchema.shape,
  above: readonly string[] = [],
): Generator<Value> {
  for (const [name, schema] of Object.entries(shape)) {
    const path = [...above, name];
    if (schema instanceof z.ZodPrefault && schema.def.innerType instanceof z.ZodObject) {
      yield* values(schema.def.innerType.shape, path);
    } else {
      const { description } = schema;
      if (description === undefined) throw new Error(`${path.join('.')}: has no description`);
      yield { path, fallback: schema.parse(undefined), description };
    }
  }
}

/** An empty or scalar value stands behind its name, the entries of an object below it. */
function yaml(name: string, value: unknown, indent: string): string[] {
  const entries = typeof value === 'object' && value !== null ? Object.entries(value) : [];
  if (entries.length === 0 || Array.isArray(value)) return [`${indent}${name}: ${scalar(value)}`];
  return [
    `${indent}${name}:`,
    ...entries.flatMap(([key, inner]) => yaml(key, inner, `${indent}  `)),
  ];
}

function scalar(value: unknown): string {
  if (typeof value !== 'string') return JSON.stringify(value);
  return /^[A-Za-z][-\w]*$/.test(value) ? value : `'${value}'`;
}
