import { type ConstDirectiveNode, type DefinitionNode, Kind, type ObjectTypeDefinitionNode } from 'graphql';
import { directiveText } from '../../platform/subgraph/complete.ts';
import { readSupergraph } from '../supergraph/read.ts';

/** Which departments can answer a field, as the supergraph's `join__` directives say. */
export interface FieldSources {
  /** Everybody who answers anything. */
  readonly all: readonly string[];
  /** Names of departments; none for a type or field that the supergraph does not have. */
  of(type: string, field: string): readonly string[];
  /** The departments that the gateway asks by itself to answer a field of its own; one that it asks twice stands there twice. */
  askedBy(type: string, field: string): readonly string[];
}

/** Fields of the gateway's own for which it asks every department what it holds, and the catalogue's what was submitted. */
const OF_ALL_DEPARTMENTS = ['Subject.verdicts', 'Query.financingPackages'];

/** Reads who answers what from the composed supergraph. */
export function fieldSources(supergraphSdl: string): FieldSources {
  const { document } = readSupergraph(supergraphSdl);
  const names = new Map<string, string>();
  const types = new Map<string, { readonly all: readonly string[]; readonly fields: Map<string, readonly string[]> }>();
  for (const node of document.definitions) {
    if (node.kind === Kind.ENUM_TYPE_DEFINITION && node.name.value === 'join__Graph')
      for (const value of node.values ?? [])
        names.set(value.name.value, directiveText(value.directives?.[0], 'name') ?? value.name.value);
  }
  for (const node of document.definitions) {
    if (node.kind !== Kind.OBJECT_TYPE_DEFINITION && node.kind !== Kind.INTERFACE_TYPE_DEFINITION) continue;
    const all = graphsOf(node.directives, 'join__type', names);
    const fields = new Map<string, readonly string[]>();
    for (const field of node.fields ?? []) {
      const own = graphsOf(field.directives, 'join__field', names);
      if (own.length > 0) fields.set(field.name.value, own);
    }
    types.set(node.name.value, { all, fields });
  }
  const of: FieldSources['of'] = (type, field) => types.get(type)?.fields.get(field) ?? types.get(type)?.all ?? [];
  const holders = new Set(document.definitions.flatMap((node) => (isRecord(node) ? of(node.name.value, '') : [])));
  const everybody = [...holders, ...of('Query', 'catalogue')];
  return {
    all: [...names.values()],
    of,
    askedBy: (type, field) => (OF_ALL_DEPARTMENTS.includes(`${type}.${field}`) ? everybody : []),
  };
}

function isRecord(node: DefinitionNode): node is ObjectTypeDefinitionNode {
  const isObject = node.kind === Kind.OBJECT_TYPE_DEFINITION;
  return isObject && (node.directives ?? []).some(({ name }) => name.value === 'record');
}

/** The departments that directives of this name speak of; one that only knows a field from another (`external`) does not answer it. */
function graphsOf(
  directives: readonly ConstDirectiveNode[] | undefined,
  name: string,
  names: ReadonlyMap<string, string>,
): readonly string[] {
  return (directives ?? []).flatMap((directive) => {
    if (directive.name.value !== name) return [];
    const isExternal = directive.arguments?.some(
      ({ name: { value }, value: given }) => value === 'external' && given.kind === Kind.BOOLEAN && given.value,
    );
    const graph = directive.arguments?.find((one) => one.name.value === 'graph')?.value;
    const department = graph?.kind === Kind.ENUM ? names.get(graph.value) : undefined;
    return department && !isExternal ? [department] : [];
  });
}
