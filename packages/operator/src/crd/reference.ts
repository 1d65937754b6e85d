import type { StructuralSchema } from './lower.ts';

interface Row {
  readonly path: string;
  readonly type: string;
  readonly standard: string;
  readonly description: string;
}

/**
 * Markdown tables of the fields of a resource's `spec` and `status`: path, type, default and what it
 * means, with the rules that the API server holds.
 */
export function fieldReference(root: StructuralSchema): string {
  const { spec, status } = root.properties ?? {};
  if (spec === undefined || status === undefined) throw new Error('no spec or status');
  return [
    '# Fields of a MapReduceJob',
    '',
    'Made from the schema by `npm run generate`. What a job goes through, and what its conditions mean, is in',
    '[operator.md](operator.md). A field without a default may be left out unless it is called required.',
    '',
    '## spec',
    '',
    table(rowsOf(spec, '', new Set(spec.required))),
    '',
    '## status',
    '',
    table(rowsOf(status, '', new Set())),
    '',
  ].join('\n');
}

function table(rows: readonly Row[]): string {
  const lines = rows.map(
    ({ path, type, standard, description }) =>
      `| \`${path}\` | ${type} | ${standard} | ${description} |`,
  );
  return ['| Field | Type | Default | Meaning |', '| --- | --- | --- | --- |', ...lines].join('\n');
}

function rowsOf(
  schema: StructuralSchema,
  prefix: string,
  required: ReadonlySet<string>,
): readonly Row[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, member]) => {
    const path = `${prefix}${name}`;
    const row = rowOf(path, member, required.has(name));
    const { item, suffix } = inner(member);
    return [row, ...rowsOf(item, `${path}${suffix}.`, new Set(item.required))];
  });
}

/** What a field's own fields are fields of. */
function inner(schema: StructuralSchema): { item: StructuralSchema; suffix: string } {
  if (schema.items !== undefined) return { item: schema.items, suffix: '[]' };
  return { item: schema, suffix: '' };
}

function rowOf(path: string, schema: StructuralSchema, isRequired: boolean): Row {
  const { item } = inner(schema);
  const rules = [schema, ...(item === schema ? [] : [item])].flatMap(
    (place) => place['x-kubernetes-validations'] ?? [],
  );
  const sentences = [schema.description ?? '', ...rules.map(({ message }) => capital(message))];
  return {
    path,
    type: typeOf(schema),
    standard: isRequired ? 'required' : standardOf(schema.default),
    description: sentences
      .filter((sentence) => sentence !== '')
      .map((sentence) => (/[.…]$/.test(sentence) ? sentence : `${sentence}.`))
      .join(' ')
      .replaceAll('|', '\\|'),
  };
}

/** Defaults of whole objects follow from those of their fields. */
function standardOf(value: unknown): string {
  if (value === undefined || (typeof value === 'object' && !Array.isArray(value))) return '';
  return `\`${JSON.stringify(value)}\``;
}

function typeOf(schema: StructuralSchema): string {
  if (schema['x-kubernetes-int-or-string'] === true) return 'quantity';
  if (schema.items !== undefined) return `list of ${typeOf(schema.items)}`;
  if (schema.additionalProperties !== undefined) return 'map';
  if (schema.enum !== undefined)
    return schema.enum.map((value) => `\`${String(value)}\``).join(', ');
  const { minimum, maximum } = schema;
  const bounds =
    minimum === undefined
      ? ''
      : maximum === undefined
        ? `, at least ${minimum}`
        : `, ${minimum} to ${maximum}`;
  return `${schema.type ?? 'any'}${bounds}`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
