import { Supergraph } from '@apollo/federation-internals';
import {
  buildASTSchema,
  type DocumentNode,
  type FieldDefinitionNode,
  type GraphQLSchema,
  isScalarType,
  Kind,
  type ObjectTypeDefinitionNode,
  parse,
  printSchema,
} from 'graphql';
import { scalars } from '../../platform/scalars.ts';
import { directiveText, typeName } from '../../platform/subgraph/complete.ts';
import type { AccessLevel } from '../../platform/viewer/viewer.ts';

/**
 * The schema as viewers of some levels know it: a field above them is as absent as one that never existed, in validation,
 * suggestions, introspection and the explorer. Types that only such fields reach are absent with them. A field that holds
 * records' facts and carries no level is nobody's (default deny).
 */
export function schemaView(supergraphSdl: string, levels: readonly AccessLevel[]): GraphQLSchema {
  const marked = markedFields(parse(supergraphSdl, { noLocation: true }));
  const api = parse(printSchema(Supergraph.build(supergraphSdl).apiSchema().toGraphQLJSSchema()), { noLocation: true });
  const definitions = api.definitions.map((node) => {
    if (node.kind !== Kind.OBJECT_TYPE_DEFINITION && node.kind !== Kind.INTERFACE_TYPE_DEFINITION) return node;
    const fields = (node.fields ?? []).filter((field) => isOpen(marked.get(node.name.value), field, levels));
    return { ...node, fields };
  });
  const schema = buildASTSchema(withoutUnreached({ kind: Kind.DOCUMENT, definitions }));
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

function isOpen(
  marked: ReadonlyMap<string, string> | undefined,
  field: FieldDefinitionNode,
  levels: readonly AccessLevel[],
): boolean {
  return marked === undefined || levels.some((level) => level === marked.get(field.name.value));
}

/** Types with at least one marked field, and the level of each of their fields. */
function markedFields(supergraph: DocumentNode): ReadonlyMap<string, ReadonlyMap<string, string>> {
  const types = new Map<string, Map<string, string>>();
  for (const node of supergraph.definitions) {
    if (node.kind !== Kind.OBJECT_TYPE_DEFINITION && node.kind !== Kind.INTERFACE_TYPE_DEFINITION) continue;
    for (const field of node.fields ?? []) {
      const level = directiveText(
        field.directives?.find((one) => one.name.value === 'access'),
        'level',
      );
      if (level === undefined) continue;
      const fields = types.get(node.name.value) ?? new Map<string, string>();
      types.set(node.name.value, fields.set(field.name.value, level));
    }
  }
  return types;
}

/**
 * Leaves out types that nothing reaches any more from the roots. An interface that a field returns reaches its
 * implementers; one that is only implemented does not: a record type that only hidden fields lead to is absent.
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
  const reach = (name: string): void => {
    const node = byName.get(name);
    if (!node || reached.has(name)) return;
    reached.add(name);
    if (node.kind === Kind.INPUT_OBJECT_TYPE_DEFINITION)
      for (const field of node.fields ?? []) reach(typeName(field.type));
    if (node.kind !== Kind.OBJECT_TYPE_DEFINITION && node.kind !== Kind.INTERFACE_TYPE_DEFINITION) return;
    for (const one of node.interfaces ?? []) reach(one.name.value);
    for (const field of node.fields ?? []) {
      reachAnswer(typeName(field.type));
      for (const argument of field.arguments ?? []) reach(typeName(argument.type));
    }
  };
  const reachAnswer = (name: string): void => {
    reach(name);
    if (byName.get(name)?.kind !== Kind.INTERFACE_TYPE_DEFINITION || returned.has(name)) return;
    returned.add(name);
    for (const type of implementers)
      if (type.interfaces?.some((one) => one.name.value === name)) reachAnswer(type.name.value);
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
