import {
  type GraphQLField,
  type GraphQLSchema,
  getNamedType,
  isInterfaceType,
  isLeafType,
  isObjectType,
} from 'graphql';
import { fieldsOf } from '../security/places.ts';
import type { Random } from '../support/random.ts';

// Questions that are right and odd: conditions within conditions, in fragments of fragments, on interfaces, under aliases that are
// other fields' names.

export interface OddQuestion {
  readonly query: string;
  readonly variables: Readonly<Record<string, boolean>>;
}

const DEEPEST = 6;
const ALIASES = ['a', 'b', 'name', 'kind', 'tax', 'market', 'nodes', 'subject', 'constructor', 'toString', '_a'];
const CONDITIONS = ['b0', 'b1', 'b2'];

/** A question at random about a subject of this code, of all that a view of the schema lets one ask without much to say. */
export function oddQuestion(view: GraphQLSchema, random: Random, code: string): OddQuestion {
  const fragments = new Map<string, string[]>();
  const texts: string[] = [];
  const used = new Set<string>();
  let objects = 0;

  const truth = (): string => {
    if (random.chance(0.5)) return random.pick(['true', 'false']);
    const name = random.pick(CONDITIONS);
    used.add(name);
    return `$${name}`;
  };
  const conditions = (probability: number): string =>
    ['include', 'skip'].map((name) => (random.chance(probability) ? ` @${name}(if: ${truth()})` : '')).join('');
  const alias = (): string => (random.chance(0.25) ? `${random.pick(ALIASES)}: ` : '');

  const selectionOf = (name: string, depth: number): string => {
    const fields = fieldsOf(view, name);
    const leaves = fields.filter(({ type, args }) => isLeafType(getNamedType(type)) && args.length === 0);
    const inner = fields.filter((field) => !isLeafType(getNamedType(field.type)) && isEasy(field));
    const parts = Array.from({ length: 1 + random.below(4) }, () => {
      const kind = random.below(10);
      if (kind === 0) return `__typename${conditions(0.3)}`;
      if (kind <= 2 && depth < DEEPEST) return `...${onType(name)}${conditions(0.35)} ${selectionOf(name, depth + 1)}`;
      if (kind === 3 && depth < DEEPEST) return `...${fragmentOn(name, depth)}${conditions(0.35)}`;
      if (kind <= 6 && inner.length > 0 && depth < DEEPEST && objects < 40) return objectIn(random.pick(inner), depth);
      return leaves.length > 0 ? `${alias()}${random.pick(leaves).name}${conditions(0.15)}` : '__typename';
    });
    return `{ ${parts.join(' ')} }`;
  };
  const objectIn = (field: GraphQLField<unknown, unknown>, depth: number): string => {
    objects += 1;
    const page = field.args.some(({ name }) => name === 'first') ? '(first: 2)' : '';
    return `${alias()}${field.name}${page}${conditions(0.15)} ${selectionOf(getNamedType(field.type).name, depth + 1)}`;
  };
  const onType = (name: string): string => {
    const type = view.getType(name);
    const above = isObjectType(type) || isInterfaceType(type) ? type.getInterfaces() : [];
    return random.pick(['', ` on ${name}`, ...above.map((one) => ` on ${one.name}`)]).replace(/ on CreditRecord$/u, '');
  };
  const fragmentOn = (name: string, depth: number): string => {
    const known = fragments.get(name) ?? [];
    if (known.length > 0 && random.chance(0.5)) return random.pick(known);
    const fragment = `F${texts.length}${name}`;
    const at = texts.push('') - 1;
    texts[at] = `fragment ${fragment} on ${name} ${selectionOf(name, depth + 1)}`;
    fragments.set(name, [...known, fragment]);
    return fragment;
  };

  const roots = [
    () => `subject(identifier: "${code}")${conditions(0.1)} ${selectionOf('Subject', 1)}`,
    () => `subject(identifier: "${code}")${conditions(0.1)} ${selectionOf('Subject', 1)}`,
    () => `subjects(search: "云泽", first: 2)${conditions(0.1)} { nodes ${selectionOf('Subject', 2)} }`,
    () => `records(first: 2)${conditions(0.1)} { nodes ${selectionOf('RecordSummary', 2)} }`,
    () => `catalogue${conditions(0.1)} ${selectionOf('CatalogueItem', 1)}`,
  ];
  const body = Array.from({ length: 1 + random.below(2) }, (_none, index) => `r${index}: ${random.pick(roots)()}`);
  const names = CONDITIONS.filter((name) => used.has(name));
  const declared = names.map((name) => `$${name}: Boolean${random.chance(0.5) ? '! = true' : '!'}`);
  const operation = `query Odd${declared.length > 0 ? `(${declared.join(', ')})` : ''} { ${body.join(' ')} }`;
  const given = names.filter((_name, index) => !declared[index]?.endsWith('true') || random.chance(0.5));
  return {
    query: [operation, ...texts].join('\n'),
    variables: Object.fromEntries(given.map((name) => [name, random.chance(0.5)])),
  };
}

/** Whether a field may be asked for without an argument that must be given. */
function isEasy({ args }: GraphQLField<unknown, unknown>): boolean {
  return args.every(({ type, defaultValue }) => !String(type).endsWith('!') || defaultValue !== undefined);
}
