import { type GraphQLField, type GraphQLSchema, getNamedType, isNonNullType, isObjectType } from 'graphql';
import type { DepartmentCard } from '../subgraph/card.ts';
import { ACCESS_LEVELS, type AccessLevel } from '../viewer/viewer.ts';
import { type CatalogueItem, catalogueItemsOf, directiveArguments } from './kind.ts';

/** One item of the catalogue with all that the SDL says of it. */
export interface CatalogueEntry extends CatalogueItem {
  readonly department: { readonly code: string; readonly label: string };
  /** The record type of the SDL. */
  readonly type: string;
  /** The levels of the fields that lead to its records: who has none of them cannot ask for it at all. */
  readonly levels: readonly AccessLevel[];
  readonly fields: readonly CatalogueField[];
}

export interface CatalogueField {
  readonly name: string;
  /** The first words of its description, what stands in brackets among them: 认定(决定)单位. */
  readonly title: string;
  readonly type: string;
  readonly level: string;
  readonly isAlwaysPresent: boolean;
  readonly codeTable: string | null;
}

/** The catalogue items of one department, from its SDL. */
export function catalogueOf(
  schema: GraphQLSchema,
  card: Pick<DepartmentCard, 'name' | 'title' | 'records'>,
): readonly CatalogueEntry[] {
  const department = { code: card.name, label: card.title };
  return Object.keys(card.records).flatMap((name) => {
    const type = schema.getType(name);
    if (!isObjectType(type)) return [];
    const fields = Object.values(type.getFields()).map(fieldOf);
    const levels = levelsOf(schema, name);
    return catalogueItemsOf(type).map((item) => ({ ...item, department, type: name, levels, fields }));
  });
}

const TITLE = /^(?:[^,,。::;;((]|[((][^))]*[))])+/u;

function fieldOf(field: GraphQLField<unknown, unknown>): CatalogueField {
  const table = directiveArguments(field.astNode?.directives, 'coded')[0]?.table;
  return {
    name: field.name,
    title: TITLE.exec(field.description?.trim() ?? '')?.[0] ?? field.name,
    type: String(field.type),
    level: levelOf(field) ?? 'CONFIDENTIAL',
    isAlwaysPresent: isNonNullType(field.type),
    codeTable: typeof table === 'string' ? table : null,
  };
}

/** A list within a slice is as public as the slice allows. */
function levelsOf(schema: GraphQLSchema, name: string): readonly AccessLevel[] {
  const leading = Object.values(schema.getTypeMap())
    .filter(isObjectType)
    .filter((type) => !/(?:Connection|Edge)$|^_/u.test(type.name))
    .flatMap((type) => Object.values(type.getFields()).map((field) => ({ type: type.name, field })));
  const to = (target: string) => leading.filter(({ field }) => getNamedType(field.type).name === target);
  const levels = [...to(name), ...to(`${name}Connection`)].flatMap(({ type, field }) => {
    const own = levelOf(field);
    const outer = type === 'Subject' ? [] : to(type).map((slice) => levelOf(slice.field));
    return [outer.find((level) => level && level !== 'PUBLIC') ?? own];
  });
  return ACCESS_LEVELS.filter((level) => levels.includes(level));
}

function levelOf(field: GraphQLField<unknown, unknown>): AccessLevel | undefined {
  const level = directiveArguments(field.astNode?.directives, 'access')[0]?.level;
  return ACCESS_LEVELS.find((one) => one === level);
}
