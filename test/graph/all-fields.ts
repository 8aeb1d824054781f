import { type GraphQLNamedType, getNamedType, isObjectType } from 'graphql';
import type { TestCity } from '../support/city.ts';

/** Every field of a type, and of the types below it, as the text of a selection; a subject is asked for its id. */
export function allFields(city: TestCity, department: string, type: string): string {
  const schema = city.city.near.get(department)?.schema;
  return selectionOf(schema?.getType(type));
}

function selectionOf(type: GraphQLNamedType | undefined): string {
  if (!isObjectType(type)) return '';
  if (type.name === 'Subject') return '{ id }';
  const fields = Object.values(type.getFields()).map(
    (field) => `${field.name} ${selectionOf(getNamedType(field.type))}`,
  );
  return `{ ${fields.join(' ')} }`;
}
