import type { SeededRandom } from '@mapreduce/service/virtual';
import type { DrawnMessage, JsonSchema, Place } from './message.ts';

/** Spoils one place of a message so that no schema may accept it. Returns what was done. */
export function spoil({ places }: DrawnMessage, random: SeededRandom): string {
  const place = random.pick(places);
  const [what, act] = random.pick(faultsOf(place, random));
  act();
  return `${place.path} ${what}`;
}

type Fault = readonly [what: string, act: () => void];

function faultsOf(place: Place, random: SeededRandom): readonly Fault[] {
  const { schema, value, replace, remove } = place;
  const becomes = (what: string, other: unknown): Fault => [what, () => replace(other)];
  const faults: Fault[] = wrongTypes(schema).map((other) =>
    becomes(`is ${JSON.stringify(other)}`, other),
  );
  if (remove !== undefined) faults.push(['is missing', remove]);
  switch (schema.type) {
    case 'object':
      if (isStrict(schema)) faults.push(...additions(value as object, random));
      break;
    case 'array': {
      const items = value as unknown[];
      faults.push(becomes('has a wrong element', [...items, wrongElement(schema)]));
      faults.push(
        becomes(
          'has nulls',
          Array.from({ length: 1_500 }, () => null),
        ),
      );
      if ((schema.minItems ?? 0) > 0) faults.push(becomes('is empty', []));
      break;
    }
    case 'string':
      faults.push(...wrongStrings(schema, value as string).map((text) => becomes('is off', text)));
      break;
    case 'integer':
      faults.push(becomes('is a fraction', 0.5), becomes('is huge', 2 ** 53));
      if (schema.minimum !== undefined && schema.minimum >= 0) {
        faults.push(becomes('is too small', schema.minimum - 1));
      }
      if (schema.maximum !== undefined) faults.push(becomes('is too large', schema.maximum + 1));
      break;
    case undefined:
    default:
  }
  return faults;
}

/** An object whose members all have names of their own; a record takes any. */
function isStrict({ properties }: JsonSchema): boolean {
  return properties !== undefined;
}

function additions(value: object, random: SeededRandom): Fault[] {
  const names = ['more', '__proto__', 'constructor', 'toString', '', 'KIND', '\u0000', '$ref', '0'];
  const name = random.pick(names);
  const extra = random.pick([null, {}, [], 1, 'x', { polluted: true }]);
  const add = () =>
    void Object.defineProperty(value, name, { value: extra, enumerable: true, configurable: true });
  return [
    [`has ${JSON.stringify(name)} too`, add],
    [`has ${JSON.stringify(name)} too`, add],
    [`has ${JSON.stringify(name)} too`, add],
  ];
}

const anything: readonly unknown[] = [null, true, 7, 'text', [], {}];

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}

/** JSON of every type but the schema's own. */
function wrongTypes({ type, const: only, enum: choices }: JsonSchema): unknown[] {
  const own = type === 'integer' ? 'number' : (type ?? typeOf(only ?? choices?.[0]));
  return anything.filter((value) => typeOf(value) !== own);
}

function wrongElement({ items }: JsonSchema): unknown {
  return wrongTypes(items?.oneOf?.[0] ?? items?.anyOf?.[0] ?? items ?? {})[0];
}

function wrongStrings(schema: JsonSchema, text: string): string[] {
  if (schema.const !== undefined || schema.enum !== undefined) {
    return ['other', '', ` ${text}`, text.toUpperCase(), `${text}\u0000`];
  }
  const found: string[] = [];
  if (schema.pattern !== undefined) {
    // Of base64, nothing is something too.
    if (schema.format !== 'base64') found.push('');
    found.push('../../etc/passwd', `${text}\n`, `\u0000${text}`, `${text}/`, '١٢٣');
  }
  if (schema.format === 'uri') found.push('', 'no url', '//x', 'http://');
  if (schema.format === 'base64') found.push('*', 'AAA', 'A===', ' ');
  if (schema.maxLength !== undefined) found.push('x'.repeat(schema.maxLength + 1));
  return found;
}
