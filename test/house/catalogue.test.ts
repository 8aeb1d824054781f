import { Supergraph } from '@apollo/federation-internals';
import {
  buildSchema,
  type GraphQLSchema,
  getNamedType,
  isEnumType,
  isInterfaceType,
  isNonNullType,
  printSchema,
} from 'graphql';
import { describe, expect, it } from 'vitest';
import { committedSupergraph } from '../../gateway/supergraph/committed.ts';
import { schemaView } from '../../gateway/supergraph/view.ts';
import { directiveArguments } from '../../platform/records/kind.ts';
import { ACCESS_LEVELS } from '../../platform/viewer/viewer.ts';
import { codeTables } from '../../schema/codes/index.ts';
import { objectTypes, openedDepartments } from './sources.ts';

const opened = openedDepartments();
const items = opened.flatMap(({ card, kinds }) =>
  [...kinds].flatMap(([type, kind]) => kind.items.map((item) => ({ card, type, item }))),
);

describe('The catalogue', () => {
  it('is read here: every department has an item', () => {
    expect(new Set(items.map(({ card }) => card.name)).size).toBe(opened.length);
    expect(items.length).toBeGreaterThanOrEqual(9);
  });

  it('names each item once, under the department that holds it', () => {
    const codes = items.map(({ item }) => item.code);
    expect(codes.filter((code, at) => codes.indexOf(code) !== at)).toEqual([]);
    for (const { card, item } of items)
      expect(item.code).toMatch(new RegExp(`^${card.name}\\.[a-z]+(?:-[a-z]+)*$`, 'u'));
  });

  it.each(items)('says of $item.code its title, its basis, its class and how often it is updated', ({ item }) => {
    expect(item.title).toMatch(/^\p{Script=Han}/u);
    expect(item.basis.length).toBeGreaterThan(0);
    for (const basis of item.basis) expect(basis).toMatch(/\p{Script=Han}.*[〔(第号]/u);
    expect(codeTables().table('update-frequencies').get(item.updated)).toBeDefined();
    const classes = opened[0]?.schema.getType('RecordClass');
    expect(isEnumType(classes) && classes.getValue(item.class)).toBeTruthy();
  });

  it('has a record type in the card of its department for every type that implements CreditRecord', () => {
    for (const { card, schema } of opened) {
      const records = schema.getType('CreditRecord');
      const types = isInterfaceType(records) ? schema.getImplementations(records).objects : [];
      expect(types.map(({ name }) => name).sort()).toEqual(Object.keys(card.records).sort());
    }
  });

  it('has a sheet for every item, that makes records of its type, and an item for every sheet', () => {
    for (const { card } of opened) {
      const own = items.filter((one) => one.card === card);
      expect(Object.keys(card.sheets).sort()).toEqual(own.map(({ item }) => item.code).sort());
      for (const { type, item } of own)
        expect({ item: item.code, type: card.sheets[item.code]?.type }).toEqual({ item: item.code, type });
      for (const intake of Object.keys(card.intakes ?? {})) {
        expect(intake.startsWith(`${card.name}.`)).toBe(true);
        expect(card.sheets).not.toHaveProperty([intake]);
      }
    }
  });
});

describe('Publicity attributes', () => {
  const fields = opened.flatMap(({ card, schema, kinds }) =>
    objectTypes(schema).flatMap((type) =>
      Object.values(type.getFields()).map((field) => ({
        at: `${card.name}: ${type.name}.${field.name}`,
        isFact: kinds.has(type.name) || type.name === 'Subject' || type.name.endsWith('Slice'),
        type,
        field,
        levels: directiveArguments(field.astNode?.directives, 'access').map(({ level }) => level),
      })),
    ),
  );

  it('are read here: a plausible number', () => {
    expect(fields.filter(({ levels }) => levels.length > 0).length).toBeGreaterThan(150);
    expect(fields.some(({ levels }) => levels.includes('AUTHORIZED'))).toBe(true);
  });

  it('stand on every field of a record, of the subject and of a slice: one each, and one that exists', () => {
    const wrong = fields.filter(
      ({ isFact, levels }) => isFact && !(levels.length === 1 && ACCESS_LEVELS.some((level) => level === levels[0])),
    );
    expect(wrong.map(({ at }) => at)).toEqual([]);
  });

  it('stand on every field that callers could ask for: one that was forgotten would be nobody’s', () => {
    const api = buildSchema(printSchema(Supergraph.build(committedSupergraph()).apiSchema().toGraphQLJSSchema()));
    const known = schemaView(committedSupergraph(), () => ACCESS_LEVELS);
    const names = (schema: GraphQLSchema) =>
      [...objectTypes(schema)].flatMap((type) => Object.keys(type.getFields()).map((field) => `${type.name}.${field}`));
    expect(names(api).length).toBeGreaterThan(400);
    expect(names(api).filter((name) => !names(known).includes(name))).toEqual([]);
  });

  it('above PUBLIC leave room for null, which is what the others get', () => {
    const hidden = fields.filter(({ levels }) => levels.length > 0 && levels[0] !== 'PUBLIC');
    expect(hidden.length).toBeGreaterThan(0);
    expect(hidden.filter(({ field }) => isNonNullType(field.type)).map(({ at }) => at)).toEqual([]);
  });

  it('leave a slice of each department but the credit office nullable: null with an error is what silence looks like', () => {
    const slices = fields.filter(({ field }) => getNamedType(field.type).name.endsWith('Slice'));
    expect(slices.length).toBe(opened.length - 1);
    expect(slices.filter(({ field }) => isNonNullType(field.type)).map(({ at }) => at)).toEqual([]);
  });
});

describe('Coded fields', () => {
  it('name a code table that exists, here or beside their department', () => {
    const coded = opened.flatMap(({ schema }) =>
      objectTypes(schema).flatMap((type) =>
        Object.values(type.getFields()).flatMap((field) =>
          directiveArguments(field.astNode?.directives, 'coded').map(({ table }) => ({
            at: `${type.name}.${field.name}`,
            table: String(table),
            is: getNamedType(field.type).name,
          })),
        ),
      ),
    );
    expect(coded.length).toBeGreaterThan(15);
    expect(coded.filter(({ table }) => !codeTables().names.includes(table))).toEqual([]);
    expect(coded.filter(({ is }) => is !== 'Term')).toEqual([]);
  });
});
