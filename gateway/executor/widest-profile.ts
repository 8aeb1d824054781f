import { type GraphQLSchema, getNamedType, isCompositeType, isNonNullType, isObjectType } from 'graphql';

/** A question that turns to every department that holds something of a subject. */
export function widestProfile(view: GraphQLSchema): string {
  const subject = view.getType('Subject');
  const fields = isObjectType(subject) ? Object.values(subject.getFields()) : [];
  const asked = fields
    .filter(({ args }) => !args.some(({ type, defaultValue }) => isNonNullType(type) && defaultValue === undefined))
    .map(({ name, type }) => (isCompositeType(getNamedType(type)) ? `${name} { __typename }` : name));
  return `{ subject(identifier: "x") { ${asked.join(' ')} } }`;
}
