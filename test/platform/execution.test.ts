import fc from 'fast-check';
import { buildSchema, type ExecutionResult, execute, type GraphQLSchema, isObjectType, parse, validate } from 'graphql';
import { afterAll, describe, expect, it } from 'vitest';
import { executor } from '../../platform/subgraph/execution/index.ts';

/** Whatever a resolver of one kind of field may come to. */
const OUTCOMES = ['value', 'value', 'value', 'value', 'null', 'undefined', 'throws', 'error', 'wrong'] as const;

const SDL = `
  type Query { one(text: String = "a", many: [Int!]): Thing all(first: Int): [Thing!]! maybe: [Thing] any: [Named!] sure: Thing! }
  interface Named { name: String! }
  type Thing implements Named { id: ID! name: String! count: Int kind: Kind tags: [String!] grid: [[Int]!] other: Thing sure: Thing! parts(first: Int!): [Part!] named: Named }
  type Part implements Named { name: String! of: Thing amount: Float! isIt: Boolean }
  enum Kind { SMALL LARGE }`;

const DOCUMENTS = [
  'query Q($text: String, $first: Int!) { one(text: $text) { __typename id name parts(first: $first) { name amount } } }',
  '{ all(first: 3) { id count kind tags grid other { id sure { name } } } maybe { name } }',
  '{ any { __typename name ... on Thing { id named { name ... on Part { amount of { id } } } } ... on Part { isIt } } }',
  '{ sure { sure { id sure { count } } } one { other { sure { tags } } } }',
  'query Q { a: one(many: [1, 2]) { ...F x: name } b: all { ...F } } fragment F on Thing { name constructor: id toString: count parts(first: 2) { ...P } } fragment P on Named { name ... on Part { of { name } } }',
  'query Q($with: Boolean = true) { one { id @include(if: $with) name @skip(if: $with) } }',
];

const VARIABLES = [{}, { text: 'b', first: 2 }, { text: null, first: 1 }, { first: 'x' }, { with: false, first: 0 }];

/** Makes every field of the schema come to what a seeded sequence says, at once or later, in lists now and then. */
function unreliable(seed: readonly number[]): GraphQLSchema {
  const schema = buildSchema(SDL);
  let step = 0;
  const next = (): number => seed[step++ % seed.length] ?? 0;
  const plain = (type: string): unknown =>
    ({ String: 'text', ID: 7, Int: 3, Float: 1.5, Boolean: true, Kind: 'SMALL' })[type] ?? {
      __typename: type === 'Named' ? (['Thing', 'Part', 'Query', 'Nobody'][next() % 4] ?? '') : type,
    };
  const somethingOf = (type: string): unknown => {
    if (type.endsWith('!')) return somethingOf(type.slice(0, -1));
    if (type.startsWith('[')) return listOf(type.slice(1, -1));
    return plain(type);
  };
  /** A resolver that fails halfway through its list has heard what it had begun: nobody else is given it. */
  const listOf = (type: string): readonly unknown[] => {
    const items: unknown[] = [];
    try {
      for (let left = next() % 3; left > 0; left -= 1) items.push(outcomeOf(type, true));
      return items;
    } catch (error) {
      hear(items);
      throw error;
    }
  };
  const outcomeOf = (type: string, mayFail: boolean): unknown => {
    const outcome = OUTCOMES[next() % (mayFail ? OUTCOMES.length : 4)];
    const isLater = next() % 3 === 0;
    if (outcome === 'throws') {
      if (isLater) return Promise.reject(new Error('later'));
      throw new Error('at once');
    }
    const found = {
      value: () => somethingOf(type),
      null: () => null,
      undefined: () => undefined,
      error: () => new Error('told'),
      wrong: () => ({}),
    }[outcome ?? 'null']();
    return isLater ? Promise.resolve(found) : found;
  };
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('__')) continue;
    for (const field of Object.values(type.getFields())) {
      // What a field comes to follows from its place, so that both ways of asking meet the same.
      field.resolve = (_source, args, _context, info) => {
        let place = JSON.stringify(args);
        for (let at: typeof info.path | undefined = info.path; at; at = at.prev) place += `/${at.key}`;
        step = [...place].reduce((sum, letter) => (sum * 31 + (letter.codePointAt(0) ?? 0)) % 10_007, 7);
        return outcomeOf(String(field.type), true);
      };
    }
  }
  return schema;
}

function hear(one: unknown): void {
  if (Array.isArray(one)) one.forEach(hear);
  else if (one instanceof Promise) one.then(hear, () => undefined);
}

interface Told {
  readonly data: unknown;
  /** What is said of each null that is one by an error, by its place: several errors may take one away, and the first ends the others. */
  readonly errors: ReadonlyMap<string, readonly string[]>;
}

function told({ data, errors = [] }: ExecutionResult): Told {
  const plain = JSON.parse(JSON.stringify(data ?? null)) as unknown;
  const byPlace = new Map<string, string[]>();
  for (const { path = [], message } of errors) {
    let value = plain;
    let length = 0;
    for (; length < path.length && value !== null; length += 1)
      value = (value as Readonly<Record<string | number, unknown>>)[path[length] ?? ''];
    const place = path.slice(0, length).join('/');
    byPlace.set(place, [...(byPlace.get(place) ?? []), `${path.join('/')} ${wordsOf(message)}`]);
  }
  return { data: plain, errors: byPlace };
}

function expectAlike(one: Told, other: Told): void {
  expect(one.data).toEqual(other.data);
  expect([...one.errors.keys()].sort()).toEqual([...other.errors.keys()].sort());
  for (const [place, errors] of one.errors)
    expect(errors.filter((error) => other.errors.get(place)?.includes(error))).not.toEqual([]);
}

/** graphql shows the wrong value, which is nothing for an error of ours to do. */
function wordsOf(message: string): string {
  if (/^Abstract type|^Runtime Object type/u.test(message)) return 'no such type';
  if (/^Expected (?:Iterable|`)/u.test(message)) return 'wrong value';
  return message;
}

/** Rejections that nobody has heard since it was last asked. */
const unheard = (() => {
  const all: unknown[] = [];
  const others = process.listeners('unhandledRejection');
  process.removeAllListeners('unhandledRejection').on('unhandledRejection', (reason) => all.push(reason));
  afterAll(() => {
    process.removeAllListeners('unhandledRejection');
    for (const one of others) process.on('unhandledRejection', one);
  });
  return async (): Promise<readonly unknown[]> => {
    await new Promise(setImmediate);
    return all.splice(0);
  };
})();

describe('Asked the same of the same schema, a department’s executor', () => {
  const documents = DOCUMENTS.map((text) => parse(text, { noLocation: true }));

  it('answers as graphql’s own: data, nulls, and the places of errors, whatever its resolvers come to', async () => {
    const schema = buildSchema(SDL);
    for (const document of documents) expect(validate(schema, document)).toEqual([]);
    let failures = 0;
    let wholes = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat(10_000), { minLength: 40, maxLength: 200 }),
        fc.nat(documents.length - 1),
        fc.constantFrom(...VARIABLES),
        async (seed, which, variableValues) => {
          const document = documents[which];
          if (!document) return;
          const schema = unreliable(seed);
          const contextValue = {};
          const asked = { document, variables: variableValues, operationName: null, contextValue };
          const answer = executor(schema);
          const expected = told(await execute({ schema, document, contextValue, variableValues }));
          await unheard(); // graphql leaves some behind in lists
          expectAlike(told(await answer(asked)), expected);
          expectAlike(told(await answer(asked)), expected);
          expect(await unheard(), 'rejections that nobody hears end the process').toEqual([]);
          if (expected.errors.size === 0) wholes += 1;
          else failures += 1;
        },
      ),
      { numRuns: 400 },
    );
    expect(Math.min(failures, wholes)).toBeGreaterThan(20);
  });

  it('waits for nothing where nothing has to be waited for', () => {
    const schema = buildSchema('type Query { a: String b: [Int] }');
    const document = parse('{ a b __typename }');
    const answer = executor(schema)({ document, variables: {}, operationName: null, contextValue: {} });
    expect(answer).toEqual({ data: { a: null, b: null, __typename: 'Query' } });
  });
});
