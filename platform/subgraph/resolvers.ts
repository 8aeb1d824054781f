import {
  type GraphQLFieldResolver,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isInterfaceType,
  isListType,
  isNullableType,
  isObjectType,
  isScalarType,
} from 'graphql';
import { codeTable } from '../../schema/codes/city.ts';
import type { Term } from '../../schema/codes/index.ts';
import type { GradeSchemes } from '../records/grades.ts';
import { type CatalogueItem, directiveArguments, type RecordKind } from '../records/kind.ts';
import type { Lists, RecordsContext, RecordsReader } from '../records/reader.ts';
import { sightOf } from '../records/visibility.ts';
import { scalars } from '../scalars.ts';
import { isGrantedItem } from '../viewer/grants.ts';
import { refusalOf } from '../viewer/refusal.ts';
import { ACCESS_LEVELS, type AccessLevel } from '../viewer/viewer.ts';
import { readsDocumentOnly } from './execution/shapes.ts';

type Resolve = GraphQLFieldResolver<Record<string, unknown>, RecordsContext>;

/** What the platform needs to answer a department's fields without a resolver of the department's own. */
export interface Answering {
  readonly department: Term;
  readonly kinds: ReadonlyMap<string, RecordKind>;
  readonly schemes: GradeSchemes | undefined;
  readonly reader: RecordsReader;
}

/**
 * Gives each field its resolver, by what the SDL says it is: a coded term, money, an authority, a grade, a list of
 * records, a slice of them. Fields that the department resolves itself are left alone. Then every field above PUBLIC
 * refuses viewers without its level, whoever resolves it.
 */
export function addResolvers(schema: GraphQLSchema, answering: Answering): void {
  const items = new Map([...answering.kinds.values()].flatMap((kind) => kind.items).map((item) => [item.code, item]));
  for (const type of Object.values(schema.getTypeMap())) {
    const scalar = isScalarType(type) ? scalars[type.name] : undefined;
    if (scalar && isScalarType(type)) {
      Object.assign(type, {
        serialize: scalar.serialize,
        parseValue: scalar.parseValue,
        parseLiteral: scalar.parseLiteral,
      });
    }
    if (isInterfaceType(type)) type.resolveType = (value: { readonly __typename?: string }) => value.__typename;
    if (!isObjectType(type) || type.name.startsWith('_')) continue;
    for (const field of Object.values(type.getFields())) {
      const table = directiveArguments(field.astNode?.directives, 'coded')[0]?.table;
      const resolve: Resolve | undefined =
        field.resolve ??
        (typeof table === 'string'
          ? coded(table, field.name, isListType(field.type))
          : resolverFor(type, field.name, getNamedType(field.type).name, answering, items));
      if (resolve) field.resolve = resolve;
      const { level, to } = directiveArguments(field.astNode?.directives, 'access')[0] ?? {};
      // A department's records have levels; only what the gateway keeps itself is for roles.
      if (to !== undefined)
        throw new Error(`the field ${type.name}.${field.name} of a department names roles in @access`);
      const known = ACCESS_LEVELS.find((one) => one === level);
      if (known && known !== 'PUBLIC') {
        const items = itemsBelow(getNamedType(field.type), answering.kinds);
        field.resolve = onlyFor(known, answering.department.code, resolve, isNullableType(field.type), items);
      }
    }
  }
}

function resolverFor(
  type: GraphQLObjectType,
  field: string,
  target: string,
  answering: Answering,
  items: ReadonlyMap<string, CatalogueItem>,
): Resolve | undefined {
  const { kinds, reader, schemes, department } = answering;
  if (
    kinds.has(target.replace(/Connection$/u, '')) &&
    !type.name.endsWith('Connection') &&
    !type.name.endsWith('Edge')
  ) {
    return readsDocumentOnly<Resolve>((parent, _args, _context, info) => {
      const [node] = info.fieldNodes;
      return node && (parent.lists as Lists | undefined)?.get(node);
    });
  }
  if (target.endsWith('Slice')) {
    return (parent, _args, context, info) => {
      const slice = getNamedType(info.returnType);
      return isObjectType(slice) ? reader.slice(context, String(parent.id), info, slice) : null;
    };
  }
  if (kinds.has(type.name)) {
    if (field === 'item') return (record) => itemOf(items.get(String(record.item)), department);
    if (field === 'subject') return (record) => ({ __typename: 'Subject', id: record.subjectId });
    if (field === 'isInForce') return (record, _args, { viewer }) => isInForce(record.effectiveUntil, viewer.today);
    if (field === 'marks') return marksOf;
    if (field === 'publication') return publicationOf;
  }
  if (target === 'Money') return (parent) => moneyOf(parent[field], parent[`${field}Currency`]);
  if (target === 'Organization')
    return (parent) => organizationOf(parent[`${field}Name`], parent[`${field}CreditCode`]);
  if (target === 'Grade') return (parent) => schemes?.get(String(parent[`${field}Scheme`]), String(parent[field]));
  return undefined;
}

function itemOf(item: CatalogueItem | undefined, department: Term): object | null {
  if (!item) return null;
  const frequency = termOf('update-frequencies', item.updated);
  return { code: item.code, title: item.title, class: item.class, basis: item.basis, department, frequency };
}

function isInForce(effectiveUntil: unknown, today: string): boolean {
  return typeof effectiveUntil !== 'string' || effectiveUntil >= today;
}

const marksOf: Resolve = (record, _args, { viewer }) => [
  ...(Number(record.version) > 1 ? ['CORRECTED'] : []),
  ...(record.withheldReason === null ? [] : ['WITHHELD']),
  ...(isPublishedOn(record, viewer.today) ? [] : ['NOT_PUBLISHED']),
  ...(Array.isArray(record.marks) ? record.marks : []),
];

function isPublishedOn({ publishedOn, publicationEndsOn }: Record<string, unknown>, today: string): boolean {
  return String(publishedOn) <= today && (publicationEndsOn === null || String(publicationEndsOn) >= today);
}

const publicationOf: Resolve = (record) => ({
  publishedOn: record.publishedOn,
  deadline: record.publicationDeadline,
  endsOn: record.publicationEndsOn,
  repairEligibleFrom: record.repairEligibleFrom,
  isProvisional: record.isPublicationProvisional,
});

function moneyOf(amount: unknown, currency: unknown): object | null {
  return amount === null || amount === undefined ? null : { amount, currency: currency ?? 'CNY' };
}

function organizationOf(name: unknown, creditCode: unknown): object | null {
  return name === null || name === undefined ? null : { name, creditCode: creditCode ?? null };
}

/** A code, or a list of them, as terms of a code table. A code that the table no longer has keeps its own text. */
function coded(table: string, field: string, isList: boolean): Resolve {
  return (parent) => {
    const value = parent[field];
    if (Array.isArray(value)) return value.map((code) => termOf(table, String(code)));
    if (isList) return [];
    return value === null || value === undefined ? null : termOf(table, String(value));
  };
}

function termOf(table: string, code: string): Term {
  return { code, label: codeTable(table).get(code)?.label ?? code };
}

/** The catalogue items of the records that a list, or a slice, leads to; null for a field of a record, whose item is its own. */
function itemsBelow(target: GraphQLNamedType, kinds: Answering['kinds']): readonly string[] | null {
  const codesOf = (name: string) => kinds.get(name.replace(/Connection$/u, ''))?.items.map(({ code }) => code);
  if (!target.name.endsWith('Slice') || !isObjectType(target)) return codesOf(target.name) ?? null;
  return Object.values(target.getFields()).flatMap(({ type }) => codesOf(getNamedType(type).name) ?? []);
}

function onlyFor(
  level: AccessLevel,
  department: string,
  resolve: Resolve | undefined,
  isNullable: boolean,
  items: readonly string[] | null,
): Resolve {
  if (!isNullable)
    throw new Error(`a field of level ${level} must be nullable: who may not see it gets null with the reason`);
  return (parent, args, context, info) => {
    const { viewer } = context;
    const sight = sightOf(level, department, viewer);
    const subject = info.parentType.name === 'Subject' ? parent?.id : parent?.subjectId;
    const isSeen =
      sight === 'ALWAYS' ||
      (sight === 'OWN_FILE' && subject !== undefined && subject === viewer.ownSubject) ||
      (sight === 'GRANTED' && isGrantedItem(viewer, subject, items ?? [String(parent?.item)]));
    if (isSeen) return resolve ? resolve(parent, args, context, info) : parent[info.fieldName];
    throw refusalOf(info.fieldName, level, viewer);
  };
}
