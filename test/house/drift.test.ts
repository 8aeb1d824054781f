import { getTableColumns, type Table } from 'drizzle-orm';
import {
  type GraphQLField,
  type GraphQLOutputType,
  getNamedType,
  getNullableType,
  isEnumType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql';
import { describe, expect, it } from 'vitest';
import { backedType } from '../../platform/records/kind.ts';
import { recordCounts } from '../../subgraphs/credit/record-index/counts.ts';
import { subjects } from '../../subgraphs/credit/tables.ts';
import { type Opened, openedDepartments, sources } from './sources.ts';

const opened = openedDepartments();
type Field = GraphQLField<unknown, unknown>;

/** A type of the SDL and the table that it is kept in. */
interface Kept {
  readonly department: Opened;
  readonly name: string;
  readonly table: Table;
  readonly columnsOf: (field: string) => readonly string[];
  readonly fields: readonly Field[];
}

const kept: readonly Kept[] = opened.flatMap((department) => {
  const records = [...department.kinds].map(([name, kind]): Kept => {
    const columnsOf = (field: string) => kind.fields.get(field)?.columns.map(({ key }) => key) ?? [];
    return { department, name, table: kind.drizzleTable, columnsOf, fields: Object.values(kind.type.getFields()) };
  });
  const subject = department.schema.getType('Subject');
  if (department.card.name !== 'credit' || !isObjectType(subject)) return records;
  const backed = backedType(subject, subjects, { recordCounts: [recordCounts] });
  const columnsOf = (field: string) => backed.fields.get(field)?.columns.map(({ key }) => key) ?? [];
  return [
    ...records,
    { department, name: 'Subject', table: subjects, columnsOf, fields: Object.values(subject.getFields()) },
  ];
});

/** Worked out from other columns, so that a null there is a value here (platform/subgraph/resolvers.ts). */
const DERIVED = new Set(['isInForce', 'publication', 'marks']);

/** Columns that decide who sees a row, how it is ordered and where it came from; no field shows them. */
const INTERNAL = [
  'supersededAt',
  'contentHash',
  'importId',
  'accessLevel',
  'withheldReason',
  'sortedOn',
  'source',
  'naturalKey',
];

/** What a subject's own table has for the register alone. */
const INTERNAL_OF_SUBJECT = [...INTERNAL, 'version', 'recordedAt', 'isShown', 'maskedName'];

/** What a registration has for the gateway's one question alone (subgraphs/market/representatives.ts). */
const INTERNAL_OF_REGISTRATION = [...INTERNAL, 'legalRepresentativeHash'];

/** What the index across departments has for finding and counting alone; `item` is answered from the catalogue. */
const SEARCHED = ['searchKey', 'titleKey', 'documentKey', 'authorityKey'];
const INTERNAL_OF_INDEX = [...INTERNAL, 'recordedAt', 'department', 'item', 'class', ...SEARCHED];

function resolverOf({ department, name }: Kept, field: string): unknown {
  return department.card.resolvers?.[name]?.[field];
}

/** A list of records or a slice: read by the reader, not from this table. */
function isElsewhere({ department }: Kept, field: Field): boolean {
  const { name } = getNamedType(field.type);
  return department.kinds.has(name.replace(/Connection$/u, '')) || name.endsWith('Slice');
}

function withPlace(one: Kept): readonly (readonly [string, Kept, Field])[] {
  return one.fields.map((field) => [`${one.department.card.name}: ${one.name}.${field.name}`, one, field] as const);
}

const fields = kept.flatMap(withPlace);
const columnOf = ({ table }: Kept, key: string | undefined) => getTableColumns(table)[key ?? ''];

describe('SDL and tables', () => {
  it('are read here: a plausible number of types and fields', () => {
    expect(kept.length).toBeGreaterThanOrEqual(9);
    expect(fields.length).toBeGreaterThan(180);
  });

  it('have a column or a resolver behind every field', () => {
    const unserved = fields.filter(
      ([, one, field]) =>
        one.columnsOf(field.name).length === 0 && !resolverOf(one, field.name) && !isElsewhere(one, field),
    );
    expect(unserved.map(([at]) => at)).toEqual([]);
  });

  it('have no nullable column behind a field that is never null', () => {
    const loose = fields.filter(([, one, field]) => {
      const [first] = one.columnsOf(field.name);
      if (!isNonNullType(field.type) || first === undefined || DERIVED.has(field.name)) return false;
      const column = columnOf(one, first);
      return column !== undefined && !column.notNull; // what is worked out in SQL is no column
    });
    expect(loose.map(([at]) => at)).toEqual([]);
  });

  it('have every column behind some field, or listed here as internal', () => {
    const unseen = kept.flatMap((one) => {
      const shown = new Set(one.fields.flatMap((field) => one.columnsOf(field.name)));
      const isIndex = one.department.kinds.get(one.name)?.index !== undefined;
      const own: Readonly<Record<string, readonly string[]>> = {
        Subject: INTERNAL_OF_SUBJECT,
        Registration: INTERNAL_OF_REGISTRATION,
      };
      const internal = isIndex ? INTERNAL_OF_INDEX : (own[one.name] ?? INTERNAL);
      return Object.keys(getTableColumns(one.table))
        .filter((column) => !shown.has(column) && !internal.includes(column))
        .map((column) => `${one.department.card.name}: ${one.name} → ${column}`);
    });
    expect(unseen).toEqual([]);
  });

  it('list nothing as internal that is not there', () => {
    const all = new Set(kept.flatMap(({ table }) => Object.keys(getTableColumns(table))));
    expect(INTERNAL.filter((column) => !all.has(column))).toEqual([]);
  });

  it('agree on what kind of value a field is', () => {
    const odd = fields.filter(([, one, field]) => {
      const [first] = one.columnsOf(field.name);
      if (first === undefined || resolverOf(one, field.name) || field.name === 'isInForce') return false;
      if (!(first in getTableColumns(one.table))) return false; // worked out in SQL
      return !kindsOf(field.type).some((sql) => columnOf(one, first)?.getSQLType().startsWith(sql));
    });
    expect(
      odd.map(
        ([at, one, field]) => `${at}: ${field.type} over ${columnOf(one, one.columnsOf(field.name)[0])?.getSQLType()}`,
      ),
    ).toEqual([]);
  });

  it('are of one mind about lists', () => {
    const odd = fields.filter(([, one, field]) => {
      const [first] = one.columnsOf(field.name);
      const type = columnOf(one, first)?.getSQLType();
      return (
        type !== undefined && isListType(getNullableType(field.type)) !== (type.endsWith('[]') || type === 'jsonb')
      );
    });
    expect(odd.map(([at]) => at)).toEqual([]);
  });

  it('have every facet of a card in its table', () => {
    for (const { card, kinds } of opened) {
      for (const [name, kind] of kinds) {
        for (const column of Object.values(kind.facets)) {
          if (column === undefined) continue;
          expect({
            at: `${card.name}: ${name}`,
            column,
            isThere: column in getTableColumns(kind.drizzleTable),
          }).toEqual({
            at: `${card.name}: ${name}`,
            column,
            isThere: true,
          });
        }
      }
    }
  });
});

/** How PostgreSQL may keep what the SDL calls this. */
function kindsOf(type: GraphQLOutputType): readonly string[] {
  const named = getNamedType(type);
  const kinds: Readonly<Record<string, readonly string[]>> = {
    Date: ['date'],
    DateTime: ['timestamp with time zone'],
    Int: ['integer', 'bigint'],
    Boolean: ['boolean'],
    Decimal: ['numeric'],
    Money: ['numeric'],
    Publication: ['date'],
    NamePeriod: ['jsonb'],
    Identifier: ['jsonb'],
  };
  return kinds[named.name] ?? (isEnumType(named) ? ['text'] : ['text']);
}

describe('Marks', () => {
  const marks = opened[0]?.schema.getType('RecordMark');
  const values = isEnumType(marks) ? marks.getValues().map(({ name }) => name) : [];
  // Where code speaks of flags or marks, the codes in capitals within the next lines are what it sets.
  const set = new Set(
    sources(['platform', 'standards', 'subgraphs'], ['.ts']).flatMap(({ text }) => {
      const lines = text.split('\n');
      return lines.flatMap((line, at) => {
        if (!/\bflags\b|\bmarks\b|\bFLAG\b|\bIDENTITY_PENDING\b/u.test(line)) return [];
        const near = lines.slice(at, at + 3).join('\n');
        return [...near.matchAll(/(?<!(?:type|kind|===|!==):? )'([A-Z]+(?:_[A-Z]+)+)'/gu)].map(
          ([, code]) => code ?? '',
        );
      });
    }),
  );

  it('that code can set are values of RecordMark, but for NAME_MISMATCH, which nobody is shown', () => {
    expect(set.size).toBeGreaterThanOrEqual(8);
    expect([...set].filter((code) => !values.includes(code) && code !== 'NAME_MISMATCH')).toEqual([]);
  });

  it('that the SDL names are set somewhere; three follow from version, withholding and publication', () => {
    const derived = ['CORRECTED', 'WITHHELD', 'NOT_PUBLISHED'];
    expect(values.filter((code) => !set.has(code))).toEqual(derived);
  });
});
