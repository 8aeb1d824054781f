import { Supergraph } from '@apollo/federation-internals';
import {
  buildASTSchema,
  type ConstDirectiveNode,
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

/** The levels that viewers know of a department's fields; of no department where a field is not of one alone. */
export type KnownLevels = (department?: string) => readonly AccessLevel[];

/**
 * The schema as some viewers know it: a field of a level that they do not know is as absent as one that never existed, in
 * validation, suggestions, introspection and the explorer. Types that only such fields reach are absent with them. A field
 * that carries no level is nobody's (default deny), but for those of pages and edges, which are as open as what leads there.
 */
export function schemaView(supergraphSdl: string, levelsOf: KnownLevels): GraphQLSchema {
  const { marked, api } = readSupergraph(supergraphSdl);
  const definitions = api.definitions.map((node) => {
    if (node.kind !== Kind.OBJECT_TYPE_DEFINITION && node.kind !== Kind.INTERFACE_TYPE_DEFINITION) return node;
    const fields = (node.fields ?? []).filter((field) => isOpen(marked, node.name.value, field, levelsOf));
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

interface ReadSupergraph {
  readonly supergraphSdl: string;
  readonly marked: ReturnType<typeof markedFields>;
  readonly api: DocumentNode;
}

let lastRead: ReadSupergraph | undefined;

/** Reading it takes a few hundred milliseconds; every audience has a view of the same one. */
function readSupergraph(supergraphSdl: string): ReadSupergraph {
  if (lastRead?.supergraphSdl === supergraphSdl) return lastRead;
  const marked = markedFields(parse(supergraphSdl, { noLocation: true }));
  const api = parse(printSchema(Supergraph.build(supergraphSdl).apiSchema().toGraphQLJSSchema()), { noLocation: true });
  lastRead = { supergraphSdl, marked, api };
  return lastRead;
}

/** A field's level, the departments that hold it, and the roles that it is for; null where its level says all. */
export interface Mark {
  readonly level: string;
  readonly departments: readonly string[];
  readonly to: readonly string[] | null;
}

export type Marks = ReadonlyMap<string, ReadonlyMap<string, Mark>>;

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

/** The level of each marked field, and which departments' subgraphs hold it: those that it names, else those of its type. */
export function markedFields(supergraph: DocumentNode): Marks {
  const types = new Map<string, Map<string, Mark>>();
  for (const node of supergraph.definitions) {
    if (node.kind !== Kind.OBJECT_TYPE_DEFINITION && node.kind !== Kind.INTERFACE_TYPE_DEFINITION) continue;
    const ofType = graphsOf(node.directives, 'join__type');
    for (const field of node.fields ?? []) {
      const access = field.directives?.find((one) => one.name.value === 'access');
      const level = directiveText(access, 'level');
      if (level === undefined) continue;
      const to = directiveTexts(access, 'to');
      const fields = types.get(node.name.value) ?? new Map<string, Mark>();
      const own = graphsOf(field.directives, 'join__field');
      types.set(
        node.name.value,
        fields.set(field.name.value, { level, to, departments: own.length > 0 ? own : ofType }),
      );
    }
  }
  return types;
}

/** One argument of a directive as a list of texts, or null. */
function directiveTexts(directive: ConstDirectiveNode | undefined, argument: string): readonly string[] | null {
  const value = directive?.arguments?.find((one) => one.name.value === argument)?.value;
  if (value?.kind !== Kind.LIST) return null;
  return value.values.flatMap((one) => (one.kind === Kind.STRING ? [one.value] : []));
}

/** The subgraphs that a join directive names, as departments are called. */
function graphsOf(directives: readonly ConstDirectiveNode[] | undefined, join: string): readonly string[] {
  return (directives ?? [])
    .filter((one) => one.name.value === join)
    .flatMap((one) => directiveText(one, 'graph')?.toLowerCase() ?? []);
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
