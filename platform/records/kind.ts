import { getTableColumns, getTableName, type Table } from 'drizzle-orm';
import { getTableConfig } from 'drizzle-orm/pg-core';
import {
  type ConstDirectiveNode,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isObjectType,
  valueFromASTUntyped,
} from 'graphql';
import type { DepartmentCard, RecordCard, RecordFacets, RecordIndexCard, RecordTable } from '../subgraph/card.ts';
import { ACCESS_LEVELS, type AccessLevel } from '../viewer/viewer.ts';
import type { Eyes } from './visibility.ts';

/** One item of the catalogue, as the SDL's `@record` says it. */
export interface CatalogueItem {
  readonly code: string;
  readonly title: string;
  readonly class: string;
  readonly basis: readonly string[];
  /** How often it is updated: a code of the table `update-frequencies`. */
  readonly updated: string;
  readonly submission: 'CHANGES' | 'FULL_LIST';
}

/** Where a column is selected: whose row it is, and for whose eyes. */
export interface Within {
  /** SQL that names the subject. */
  readonly subject: string;
  readonly eyes: Eyes;
}

/** One selectable column: the key that a row answers it under, and the SQL expression over a table alias. */
export interface SelectedColumn {
  readonly key: string;
  readonly expression: (alias: string, within: Within) => string;
}

/** A field of an object type and the columns that it is made of; none where it is no column's business. */
export interface BackedField {
  readonly level: AccessLevel;
  readonly columns: readonly SelectedColumn[];
}

/** An object type of the SDL and the table that holds it. */
export interface BackedType {
  readonly type: GraphQLObjectType;
  /** Schema-qualified, quoted. */
  readonly table: string;
  readonly fields: ReadonlyMap<string, BackedField>;
  /** What a look at an object of it is told as, where it is no record of a catalogue item (records/looks.ts). */
  readonly item?: string;
}

/** A record type of a department: its catalogue items, its table, its facets. */
export interface RecordKind extends BackedType {
  readonly department: string;
  readonly items: readonly CatalogueItem[];
  readonly facets: Readonly<Record<keyof RecordFacets, string | undefined>>;
  readonly drizzleTable: RecordTable;
  readonly card: RecordCard;
  /** Set where the kind is the index of all departments' records, whose rows tell class and department themselves. */
  readonly index: RecordIndexCard | undefined;
}

/** Composite types of common.graphql and the columns that a field `x` of theirs is made of. */
const COMPOSITES: Readonly<Record<string, (field: string) => readonly string[]>> = {
  Money: (field) => [field, `${field}Currency`],
  Organization: (field) => [`${field}Name`, `${field}CreditCode`],
  Grade: (field) => [field, `${field}Scheme`],
  Publication: () => [
    'publishedOn',
    'publicationEndsOn',
    'publicationDeadline',
    'repairEligibleFrom',
    'isPublicationProvisional',
  ],
};

/** Fields that are worked out from other columns; the resolvers stand in platform/subgraph/resolvers.ts. */
const DERIVED: Readonly<Record<string, readonly string[]>> = {
  item: ['item'],
  subject: ['subjectId'],
  isInForce: ['effectiveUntil'],
  marks: ['marks', 'version', 'withheldReason', 'publishedOn', 'publicationEndsOn'],
};

/** `decidedOn` → `decided_on`: the one rule between SDL fields and columns. */
export function columnName(field: string): string {
  return field.replace(/[A-Z]/gu, (letter) => `_${letter.toLowerCase()}`);
}

/** The record types of a department's schema with their tables. @throws Error for a type without item or table. */
export function recordKinds(
  schema: GraphQLSchema,
  department: Pick<DepartmentCard, 'name' | 'records' | 'recordIndex'>,
): ReadonlyMap<string, RecordKind> {
  const { name, records, recordIndex } = department;
  const kinds = Object.entries(records).map(([type, card]) => kindOf(schema, name, type, card));
  if (recordIndex) kinds.push(kindOf(schema, name, recordIndex.type, recordIndex, recordIndex));
  return new Map(kinds.map((kind) => [kind.type.name, kind]));
}

function kindOf(
  schema: GraphQLSchema,
  department: string,
  name: string,
  card: RecordCard,
  index?: RecordIndexCard,
): RecordKind {
  const type = schema.getType(name);
  const items = type ? catalogueItemsOf(type) : [];
  if (!isObjectType(type) || (items.length === 0 && !index)) {
    throw new Error(`${name} is no record type: it needs a type with @record in the SDL`);
  }
  const { years, grades, types, amount } = card.facets ?? {};
  const facets = { years, grades, types, amount };
  return {
    ...backedType(type, card.table, card.columns),
    department,
    items,
    facets,
    drizzleTable: card.table,
    card,
    index,
  };
}

/** An object type over a table: which columns each of its fields needs. */
export function backedType(type: GraphQLObjectType, table: Table, own: RecordCard['columns'] = {}): BackedType {
  const { schema } = getTableConfig(table as RecordTable);
  const columns = getTableColumns(table);
  const select = (key: string): SelectedColumn[] => {
    const column = columns[key];
    if (!column) return [];
    const sqlType = column.getSQLType();
    const cast = /^(numeric|bigint)/u.test(sqlType) ? '::text' : '';
    return [{ key, expression: (alias) => `${alias}.${columnName(key)}${cast}` }];
  };
  const fields = Object.values(type.getFields()).map((field): [string, BackedField] => {
    const parts = own[field.name] ??
      DERIVED[field.name] ??
      COMPOSITES[getNamedType(field.type).name]?.(field.name) ?? [field.name];
    const columns = parts.flatMap((part) => (typeof part === 'string' ? select(part) : [part]));
    return [field.name, { level: accessLevelOf(field), columns }];
  });
  return { type, table: `"${schema ?? 'public'}"."${getTableName(table)}"`, fields: new Map(fields) };
}

/** The field's publicity attribute. @throws Error for an unmarked field: what is not marked is not served. */
export function accessLevelOf(field: GraphQLField<unknown, unknown>): AccessLevel {
  const level = directiveArguments(field.astNode?.directives, 'access')[0]?.level;
  const known = ACCESS_LEVELS.find((one) => one === level);
  if (!known) throw new Error(`the field ${field.name} has no @access level`);
  return known;
}

/** The catalogue items of a type, from its `@record` directives and those of its extensions. */
export function catalogueItemsOf(type: GraphQLNamedType): readonly CatalogueItem[] {
  const nodes = [type.astNode, ...type.extensionASTNodes].flatMap((node) => node?.directives ?? []);
  return directiveArguments(nodes, 'record').map((found) => ({
    code: String(found.item),
    title: String(found.title),
    class: String(found.class),
    basis: Array.isArray(found.basis) ? found.basis.map(String) : [],
    updated: String(found.updated),
    submission: submissionOf(found),
  }));
}

/** How files of an item are to be read. @throws Error for a word that is none: a full list taken for changes would end nothing. */
function submissionOf({
  item,
  submission = 'CHANGES',
}: Readonly<Record<string, unknown>>): CatalogueItem['submission'] {
  if (submission === 'CHANGES' || submission === 'FULL_LIST') return submission;
  throw new Error(`the catalogue item ${item} is submitted as CHANGES or FULL_LIST, not ${submission}`);
}

/** The arguments of each application of a directive. */
export function directiveArguments(
  directives: readonly ConstDirectiveNode[] | undefined,
  name: string,
): readonly Readonly<Record<string, unknown>>[] {
  return (directives ?? [])
    .filter((one) => one.name.value === name)
    .map((one) =>
      Object.fromEntries((one.arguments ?? []).map((arg) => [arg.name.value, valueFromASTUntyped(arg.value)])),
    );
}
