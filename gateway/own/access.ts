import {
  defaultFieldResolver,
  type GraphQLField,
  type GraphQLFieldResolver,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isNullableType,
  isObjectType,
} from 'graphql';
import { directiveArguments } from '../../platform/records/kind.ts';
import { notForViewer } from '../../platform/viewer/refusal.ts';
import { isFor } from '../../platform/viewer/rights.ts';
import { ACCESS_LEVELS, CALLER_ROLES, type CallerRole } from '../../platform/viewer/viewer.ts';
import { isPaging } from '../supergraph/view.ts';
import type { OwnContext } from './asks.ts';

type Field = GraphQLField<unknown, OwnContext>;

/**
 * Has the gateway's own fields refuse whom their SDL does not name, whoever resolves them. What the gateway keeps itself
 * (authorizations, the chain of looks) is no credit record: its level says who knows of the field, `to` whom it answers.
 * Whose authorization it is, or whose file, is for resolvers to say.
 * @throws Error for a field that is nobody's, or whose refusal would take more with it than itself.
 */
export function enforceAccess(schema: GraphQLSchema): void {
  const types = Object.values(schema.getTypeMap()).filter(
    (type): type is GraphQLObjectType => isObjectType(type) && !type.name.startsWith('_') && !isPaging(type.name),
  );
  const leading = waysTo(schema);
  for (const type of types) {
    for (const field of Object.values(type.getFields())) {
      if (field.name.startsWith('_')) continue;
      const roles = rolesOf(type.name, field);
      if (roles === null) continue;
      if (!isNullableType(field.type) && type.name !== 'Mutation') assertLedTo(type.name, field.name, roles, leading);
      field.resolve = onlyFor(roles, field.resolve ?? defaultFieldResolver);
    }
  }
}

/** The roles that a field is for; null: for everybody. */
function rolesOf(type: string, { name, astNode }: Field): readonly CallerRole[] | null {
  const [access] = directiveArguments(astNode?.directives, 'access');
  const level = ACCESS_LEVELS.find((one) => one === access?.level);
  if (!level) throw new Error(`the field ${type}.${name} has no @access level`);
  const to = Array.isArray(access?.to) ? access.to.map(String) : [];
  const unknown = to.find((role) => !CALLER_ROLES.some((one) => one === role));
  if (unknown !== undefined) throw new Error(`the field ${type}.${name} is for ${unknown}, which is no role`);
  if ((level === 'PUBLIC') !== (to.length === 0))
    throw new Error(
      `the field ${type}.${name} is ${level}: it must name roles in "to" if, and only if, that is not PUBLIC`,
    );
  return level === 'PUBLIC' ? null : CALLER_ROLES.filter((role) => to.includes(role));
}

function onlyFor(
  roles: readonly CallerRole[],
  resolve: GraphQLFieldResolver<unknown, OwnContext>,
): GraphQLFieldResolver<unknown, OwnContext> {
  return (parent, args, context, info) => {
    if (!isFor(roles, context.viewer)) throw notForViewer(info.fieldName, roles, context.viewer);
    return resolve(parent, args, context, info);
  };
}

/** For whom the fields are that lead to each type, straight or by its pages. */
type Ways = ReadonlyMap<string, readonly { readonly from: string; readonly roles: readonly CallerRole[] | null }[]>;

function waysTo(schema: GraphQLSchema): Ways {
  const ways = new Map<string, { from: string; roles: readonly CallerRole[] | null }[]>();
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('_') || isPaging(type.name)) continue;
    for (const field of Object.values(type.getFields())) {
      if (field.name.startsWith('_')) continue;
      const target = getNamedType(field.type).name.replace(/(?:Connection|Edge)$/u, '');
      const known = ways.get(target) ?? [];
      ways.set(target, [...known, { from: `${type.name}.${field.name}`, roles: rolesOf(type.name, field) }]);
    }
  }
  return ways;
}

/** Who gets to an object gets its non-null fields: a refusal there would take the whole object from them. */
function assertLedTo(type: string, field: string, roles: readonly CallerRole[], ways: Ways): void {
  const wider = (ways.get(type) ?? []).find(
    (way) => way.roles === null || !way.roles.every((one) => roles.includes(one)),
  );
  if (wider) throw new Error(`${type}.${field} is not null, and ${wider.from} leads to it for more than its roles`);
}
