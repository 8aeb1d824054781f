import {
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  isObjectType,
} from 'graphql';
import type { Random } from '../support/random.ts';
import { allOf, fieldsOf } from './places.ts';

// Questions at random, of all that a view of the schema lets one ask: every argument is a variable, so that one document is
// asked with many values.

/** A document with a variable for each argument in it. */
export interface MadeDocument {
  readonly query: string;
  readonly variables: readonly MadeVariable[];
}

export interface MadeVariable {
  readonly name: string;
  readonly argument: string;
  readonly type: string;
  /** The list that it is an argument of, as the answer calls it, and whether that is one of all departments' records. */
  readonly list: string;
  readonly isIndex: boolean;
}

/** How deep below a root field, and how many fields of an object. */
const [DEEPEST, WIDEST] = [7, 4];

/** A document at random, whose every field exists in the view; about so many of them are objects. */
export function madeDocument(view: GraphQLSchema, random: Random, objectsInAll = 9): MadeDocument {
  const variables: MadeVariable[] = [];
  const fragments: string[] = [];
  let composites = 0;
  let names = 0;

  const argumentsOf = (field: GraphQLField<unknown, unknown>, list: string): string => {
    const isIndex = /RecordSummary/u.test(String(field.type));
    const given = field.args.filter((one) => isNeeded(one) || random.chance(0.8));
    const texts = given.map(({ name, type }) => {
      const variable = `v${variables.length}`;
      variables.push({ name: variable, argument: name, type: String(type), list, isIndex });
      return `${name}: $${variable}`;
    });
    return texts.length > 0 ? `(${texts.join(', ')})` : '';
  };

  const selectionOf = (output: GraphQLOutputType, depth: number): string => {
    const type = getNamedType(output);
    const fields = fieldsOf(view, type.name);
    const isPage = /(?:Connection|Edge)$/u.test(type.name);
    const leaves = fields.filter((field) => isLeaf(field.type, view));
    const objects = fields.filter((field) => !isLeaf(field.type, view) && (depth < DEEPEST || isShallow(field)));
    const wide = isPage ? 3 : WIDEST;
    const inner = objects.length > 0 && composites < objectsInAll ? random.some(objects, isPage ? 2 : 3) : [];
    const parts = [...random.some(leaves, wide), ...inner].map((field) => fieldText(field, depth + 1));
    const text = parts.length > 0 ? parts.join(' ') : leaves[0] ? leaves[0].name : '__typename';
    return `{ ${wrapped(text, type.name)} }`;
  };

  /** As it is, in a fragment of its own, or in one within. */
  const wrapped = (text: string, type: string): string => {
    const chance = random.below(10);
    if (chance === 0) return `... on ${type} { ${text} }`;
    if (chance === 1) return `__typename ... @include(if: true) { ${text} }`;
    if (chance > 2) return text;
    const name = `F${fragments.length}`;
    fragments.push(`fragment ${name} on ${type} { ${text} }`);
    return `...${name}`;
  };

  const fieldText = (field: GraphQLField<unknown, unknown>, depth: number): string => {
    if (isLeaf(field.type, view)) return field.name;
    composites += 1;
    const hasArguments = field.args.length > 0;
    const alias = hasArguments || random.chance(0.2) ? `x${names++}` : '';
    const own = alias === '' ? field.name : `${alias}: ${field.name}`;
    return `${own}${hasArguments ? argumentsOf(field, alias) : ''} ${selectionOf(field.type, depth)}`;
  };

  const roots = new Map(fieldsOf(view, 'Query').map((field) => [field.name, field]));
  const asked = random.chance(0.8) ? [random.pick(ROOTS)] : [random.pick(ROOTS), random.pick(ROOTS)];
  const selected = asked.map((name) => {
    const field = roots.get(name);
    if (!field) throw new Error(`the view has no ${name}`);
    return fieldText(field, 0);
  });
  const directive = random.chance(0.2) ? ' @asOf(known: $known)' : '';
  if (directive) variables.push({ name: 'known', argument: 'known', type: 'DateTime!', list: '', isIndex: false });
  const declared = variables.map(({ name, type }) => `$${name}: ${type}`).join(', ');
  const query = [`query Q${declared ? `(${declared})` : ''}${directive} { ${selected.join(' ')} }`, ...fragments];
  return { query: query.join('\n'), variables };
}

/** A document of all that the index tells of records, of one subject and of everybody. */
export function thoroughDocument(view: GraphQLSchema): MadeDocument {
  const page = `totalCount nodes ${allOf(view, 'RecordSummary')} edges { cursor } pageInfo { hasNextPage endCursor }`;
  const query = `query Q($v0: String!, $v1: RecordFilter, $v2: Int, $v3: String, $v4: RecordFilter, $v5: ID!) {
    subject(identifier: $v0) { name recordCounts { class count } x0: records(filter: $v1, first: $v2, after: $v3) { ${page} } }
    x1: records(filter: { isLatest: true }, first: 3) { ${page} }
    x2: records(filter: $v4, first: 3) { ${page} }
    record(id: $v5) ${allOf(view, 'RecordSummary')}
    catalogue { code reportedThrough fields { name } } }`;
  const made = (argument: string, type: string, list = ''): MadeVariable => ({
    ...{ name: '', argument, type, list },
    isIndex: true,
  });
  const variables = [
    made('identifier', 'String!'),
    made('filter', 'RecordFilter', 'x0'),
    made('first', 'Int', 'x0'),
    made('after', 'String', 'x0'),
    made('filter', 'RecordFilter', 'x2'),
    made('id', 'ID!'),
  ];
  return { query, variables: variables.map((one, index) => ({ ...one, name: `v${index}` })) };
}

/** Root fields, as often as they are asked for. */
const ROOTS = [
  ...['subject', 'subject', 'subject', 'subject', 'subject', 'subjects', 'subjects', 'records', 'records', 'records'],
  ...['records', 'record', 'record', 'subjectsByIdentifier', 'matchSubjects', 'catalogue', 'viewer'],
];

function isNeeded({ name, type }: GraphQLArgument): boolean {
  return String(type).endsWith('!') || name === 'first' || name === 'after';
}

function isLeaf(type: GraphQLOutputType, view: GraphQLSchema): boolean {
  return !isObjectType(view.getType(getNamedType(type).name));
}

/** What leads no further: pages end somewhere. */
function isShallow(field: GraphQLField<unknown, unknown>): boolean {
  return /^(?:Term|Money|Organization|Grade|Publication|PageInfo)$/u.test(getNamedType(field.type).name);
}

/** The cursors that an answer tells, by the list that they are of. */
export function cursorsIn(answer: unknown): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const walk = (value: unknown, list: string): void => {
    if (Array.isArray(value)) for (const one of value) walk(one, list);
    else if (typeof value === 'object' && value !== null)
      for (const [name, inner] of Object.entries(value)) {
        if (['endCursor', 'cursor', 'startCursor'].includes(name) && typeof inner === 'string') found.set(list, inner);
        else walk(inner, /^x\d+$/u.test(name) ? name : list);
      }
  };
  walk(answer, '');
  return found;
}
