import { type GraphQLSchema, getNamedType, isInterfaceType, isObjectType } from 'graphql';
import { committedSupergraph } from '../../gateway/supergraph/committed.ts';
import { isPaging, schemaView } from '../../gateway/supergraph/view.ts';
import { ACCESS_LEVELS } from '../../platform/viewer/viewer.ts';

/** The schema with every field that anybody may come to see. */
export const everything: GraphQLSchema = schemaView(committedSupergraph(), () => ACCESS_LEVELS);

/** A list of records, as a path from the subject: `market.penalties`, or `listings`. */
export interface Place {
  readonly path: readonly string[];
  readonly type: string;
  readonly isConnection: boolean;
}

/** Every list and every single record that hangs on a subject. */
export function placesOfRecords(schema: GraphQLSchema = everything): readonly Place[] {
  const below = (type: string, path: readonly string[]): readonly Place[] =>
    fieldsOf(schema, type).flatMap((field) => {
      const target = getNamedType(field.type);
      const record = target.name.replace(/Connection$/u, '');
      const isRecord = fieldsOf(schema, record).some(({ name }) => name === 'counterpartName');
      const at = [...path, field.name];
      if (isRecord) return [{ path: at, type: record, isConnection: record !== target.name }];
      return target.name.endsWith('Slice') ? below(target.name, at) : [];
    });
  return below('Subject', []);
}

/** The object types of a schema, but for pages and edges. */
export function typesOf(schema: GraphQLSchema): readonly string[] {
  return Object.values(schema.getTypeMap())
    .filter((type) => isObjectType(type) && !/^__/u.test(type.name) && !isPaging(type.name))
    .map(({ name }) => name);
}

/** Whether a type is a slice, a record type, or leads from records alone. */
export function isOfRecords(type: string): boolean {
  return OF_RECORDS.has(type);
}

export function fieldsOf(schema: GraphQLSchema, name: string) {
  const type = schema.getType(name);
  return isObjectType(type) || isInterfaceType(type) ? Object.values(type.getFields()) : [];
}

/** A selection of all fields of a type that a schema has; subjects are asked for their id, catalogue items for their code. */
export function allOf(schema: GraphQLSchema, name: string, isTop = true): string {
  if (name === 'Subject') return '{ id }';
  if (name === 'CatalogueItem') return '{ code }';
  const fields = fieldsOf(schema, name).map(
    (field) => `${field.name}${allOf(schema, getNamedType(field.type).name, false)}`,
  );
  return fields.length === 0 ? '' : `${isTop ? '' : ' '}{ ${fields.join(' ')} }`;
}

const OF_RECORDS = ofRecords();

function ofRecords(): ReadonlySet<string> {
  const found = new Set<string>();
  const reach = (name: string, isWithin: (name: string) => boolean): void => {
    if (found.has(name) || !isWithin(name) || fieldsOf(everything, name).length === 0) return;
    found.add(name);
    for (const { type } of fieldsOf(everything, name)) reach(getNamedType(type).name, isWithin);
  };
  const isRecord = (name: string): boolean =>
    name.endsWith('Slice') || fieldsOf(everything, name).some((field) => field.name === 'counterpartName');
  const elsewhere = new Set<string>();
  const reachElsewhere = (name: string): void => {
    if (elsewhere.has(name) || isRecord(name)) return;
    elsewhere.add(name);
    for (const { type } of fieldsOf(everything, name)) reachElsewhere(getNamedType(type).name);
  };
  for (const root of ['Query', 'Mutation']) reachElsewhere(root);
  for (const { name } of Object.values(everything.getTypeMap()))
    if (isRecord(name)) reach(name, (one) => !elsewhere.has(one));
  return found;
}
