import {
  buildASTSchema,
  type DocumentNode,
  type FieldDefinitionNode,
  type GraphQLSchema,
  isScalarType,
  Kind,
  type ObjectTypeDefinitionNode,
} from 'graphql';
import { scalars } from '../../platform/scalars.ts';
import { typeName } from '../../platform/subgraph/complete.ts';
import type { AccessLevel } from '../../platform/viewer/viewer.ts';
import type { Marks } from './marks.ts';
import { readSupergraph } from './read.ts';

/** The levels that viewers know of a department's fields; of no department where a field is not of one alone. */
export type KnownLevels = (department?: string) => readonly AccessLevel[];

/**
 * The schema as some viewers know it: a field of a level that they do not know is as absent as one that never existed, in
 * validation, suggestions, introspection and the explorer. Types that only such fields reach are absent with them. A field
 * that carries no level is nobody's (default deny), but for those of pages and edges, which are as open as what leads there.
 */
export function schemaView(supergraphSdl: string, levelsOf: KnownLevels): GraphQLSchema {
  const { marks, api } = readSupergraph(supergraphSdl);
  const definitions = api.definitions.map((node) => {
    if (node.kind !== Kind.OBJECT_TYPE_DEFINITION && node.kind !== Kind.INTERFACE_TYPE_DEFINITION) return node;
    const fields = (node.fields ?? []).filter((field) => isOpen(marks, node.name.value, field, levelsOf));
    return { ...node, fields };
  });
  // The server of an audience validates the schema that comes of it.
  const schema = buildASTSchema(withoutUnreached({ kind: Kind.DOCUMENT, definitions }), { assumeValidSDL: true });
  for (const type of Object.values(schema.getTypeMap())) {
    const scalar = scalars[type.name];
    if (isScalarType(type) && scalar) {
      Object.assign(type, {
        parseValue: scalar.parseValue,
        parseLiteral: scalar.parseLiteral,
        serialize: scalar.serialize,
      });
    }
  }
  return schema;
}

function isOpen(marks: Marks, type: string, field: FieldDefinitionNode, levelsOf: KnownLevels): boolean {
  if (isPaging(type)) return true;
  const mark = marks.get(type)?.get(field.name.value);
  if (!mark) return false;
  return [levelsOf(), ...mark.departments.map(levelsOf)].some((levels) => levels.some((level) => level === mark.level));
}

/** Pages, edges and where a page stands: machinery of lists, without facts of its own. */
export function isPaging(type: string): boolean {
  return /(?:Connection|Edge)$|^PageInfo$/u.test(type);
}

/**
 * Leaves out types that nothing reaches any more from the roots. An interface that a field returns leads to all types that
 * implement it; one that a type merely implements leads to no other: a record type whose only list is above the viewer's
 * levels is not known to exist by the interface that all records share.
 */
function withoutUnreached(document: DocumentNode): DocumentNode {
  const byName = new Map(
    document.definitions.flatMap((node) => ('name' in node && node.name ? [[node.name.value, node] as const] : [])),
  );
  const implementers = document.definitions.filter(
    (node): node is ObjectTypeDefinitionNode => node.kind === Kind.OBJECT_TYPE_DEFINITION,
  );
  const reached = new Set<string>();
  const returned = new Set<string>();
  const reach = (name: string, isReturned = true): void => {
    const node = byName.get(name);
    if (node?.kind === Kind.INTERFACE_TYPE_DEFINITION && isReturned && !returned.has(name)) {
      returned.add(name);
      for (const type of implementers)
        if (type.interfaces?.some((one) => one.name.value === name)) reach(type.name.value);
    }
    if (!node || reached.has(name)) return;
    reached.add(name);
    if (node.kind === Kind.INPUT_OBJECT_TYPE_DEFINITION)
      for (const field of node.fields ?? []) reach(typeName(field.type));
    if (node.kind !== Kind.OBJECT_TYPE_DEFINITION && node.kind !== Kind.INTERFACE_TYPE_DEFINITION) return;
    for (const one of node.interfaces ?? []) reach(one.name.value, false);
    for (const field of node.fields ?? []) {
      reach(typeName(field.type));
      for (const argument of field.arguments ?? []) reach(typeName(argument.type));
    }
  };
  for (const root of ['Query', 'Mutation']) reach(root);
  for (const node of document.definitions) {
    if (node.kind !== Kind.DIRECTIVE_DEFINITION) continue;
    for (const argument of node.arguments ?? []) reach(typeName(argument.type));
  }
  const kept = document.definitions.filter((node) => {
    if (node.kind === Kind.DIRECTIVE_DEFINITION || !('name' in node) || !node.name) return true;
    const isEmpty = node.kind === Kind.OBJECT_TYPE_DEFINITION && (node.fields ?? []).length === 0;
    return reached.has(node.name.value) && !isEmpty;
  });
  return { ...document, definitions: kept };
}
