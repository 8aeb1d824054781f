import {
  type GraphQLArgument,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
} from 'graphql';
import { describe, expect, it } from 'vitest';
import { committedSupergraph } from '../../gateway/supergraph/committed.ts';
import { schemaView } from '../../gateway/supergraph/view.ts';
import { ACCESS_LEVELS } from '../../platform/viewer/viewer.ts';
import { codeTable } from '../../schema/codes/city.ts';
import { openedDepartments } from './sources.ts';

// Nothing scores, ranks or singles out natural persons (requirements.md L5, L6, F150): what the schema offers is compared
// with what was judged to be lawful. A new way to pick records or subjects fails here until somebody has judged it.

const schema = schemaView(committedSupergraph(), () => ACCESS_LEVELS);
const types = Object.values(schema.getTypeMap()).filter((type) => !type.name.startsWith('__'));
const items = codeTable('person-items').rows;
const kinds = openedDepartments()
  .flatMap(({ kinds: own }) => [...own.values()])
  .filter((kind) => kind.items.some(({ code }) => items.some((item) => item.code === code)));

/** Every argument and input field, by where it stands. */
const inputs = new Map(
  types.flatMap((type): (readonly [string, GraphQLArgument | { readonly type: GraphQLArgument['type'] }])[] => {
    if (isInputObjectType(type))
      return Object.values(type.getFields()).map((field) => [`${type.name}.${field.name}`, field]);
    if (!isObjectType(type) && !isInterfaceType(type)) return [];
    return Object.values(type.getFields()).flatMap((field) =>
      field.args.map((argument) => [`${type.name}.${field.name}(${argument.name})`, argument] as const),
    );
  }),
);

describe('No way to pick people out', () => {
  it('is among the filters: these, of which none knows what a person is, does or has', () => {
    const filters = [...inputs.keys()].filter((place) => /^(?:RecordFilter|SubjectFilter)\./u.test(place)).sort();
    expect(filters).toEqual(
      [
        ...['ids', 'classes', 'departments', 'items', 'districts', 'search', 'decidedOn', 'years', 'grades', 'types'],
        // Never satisfied by a natural person's record but in the own file (test/security/natural-persons.test.ts).
        'amount',
        ...['authorities', 'isInForce', 'isLatest'],
      ]
        .map((name) => `RecordFilter.${name}`)
        // `kinds` refuses NATURAL_PERSON; natural persons have no district or industry, and no search lists them.
        .concat(['kinds', 'districts', 'industries'].map((name) => `SubjectFilter.${name}`))
        .sort(),
    );
  });

  it('is among the arguments: one finds a person, by number and name together, one is hashed and looks nobody up, and none orders anything', () => {
    const personal = [...inputs.keys()].filter((place) => /person|idNumber|birth|sex|gender|\bage\b/iu.test(place));
    expect(personal.sort()).toEqual([
      'Mutation.delegateDecisions(idNumber)',
      'Query.personSubject(idNumber)',
      'Query.personSubject(name)',
    ]);
    expect([...inputs.keys()].filter((place) => /order|sort|rank|score|point/iu.test(place))).toEqual([]);
  });

  it('takes both or nothing: number and name are required', () => {
    for (const name of ['idNumber', 'name'])
      expect(String(inputs.get(`Query.personSubject(${name})`)?.type)).toBe('String!');
  });
});

describe('No score of people', () => {
  it('is looked for in the records that natural persons may have', () => {
    expect(kinds.length).toBeGreaterThanOrEqual(6);
    expect(items.every(({ code }) => kinds.some((kind) => kind.items.some((item) => item.code === code)))).toBe(true);
  });

  it.each(kinds)('nor grade nor rank is a field of $type.name', ({ type, facets, fields }) => {
    const graded = Object.values(type.getFields()).filter(
      (field) =>
        getNamedType(field.type).name === 'Grade' ||
        /score|point|rank|grade|rating|weight|level|index/iu.test(field.name),
    );
    expect(graded.map(({ name }) => name)).toEqual([]);
    expect(facets.grades).toBeUndefined();
    expect(fields.has('score')).toBe(false);
  });

  it('stands in the subject itself, and no list is called black', () => {
    const subject = schema.getType('Subject');
    const names = isObjectType(subject) ? Object.keys(subject.getFields()) : [];
    expect(names.length).toBeGreaterThan(10);
    expect(names.filter((name) => /score|point|rank|grade|level|integrity/iu.test(name))).toEqual([]);
    const black = types.flatMap((type) => [
      type.name,
      ...(isEnumType(type) ? type.getValues().map(({ name }) => name) : []),
    ]);
    expect(black.filter((name) => /black_?list/iu.test(name))).toEqual([]);
  });
});
