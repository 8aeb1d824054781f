import { type ConstDirectiveNode, type DocumentNode, Kind } from 'graphql';
import { directiveText } from '../../platform/subgraph/complete.ts';

/** A field's level, and the departments that hold it. */
export interface Mark {
  readonly level: string;
  readonly departments: readonly string[];
}

export type Marks = ReadonlyMap<string, ReadonlyMap<string, Mark>>;

/** The level of each marked field, and which departments' subgraphs hold it: those that it names, else those of its type. */
export function markedFields(supergraph: DocumentNode): Marks {
  const types = new Map<string, Map<string, Mark>>();
  for (const node of supergraph.definitions) {
    if (node.kind !== Kind.OBJECT_TYPE_DEFINITION && node.kind !== Kind.INTERFACE_TYPE_DEFINITION) continue;
    const ofType = graphsOf(node.directives, 'join__type');
    for (const field of node.fields ?? []) {
      const level = directiveText(
        field.directives?.find((one) => one.name.value === 'access'),
        'level',
      );
      if (level === undefined) continue;
      const fields = types.get(node.name.value) ?? new Map<string, Mark>();
      const own = graphsOf(field.directives, 'join__field');
      types.set(node.name.value, fields.set(field.name.value, { level, departments: own.length > 0 ? own : ofType }));
    }
  }
  return types;
}

/** The subgraphs that a join directive names, as departments are called. */
function graphsOf(directives: readonly ConstDirectiveNode[] | undefined, join: string): readonly string[] {
  return (directives ?? [])
    .filter((one) => one.name.value === join)
    .flatMap((one) => directiveText(one, 'graph')?.toLowerCase() ?? []);
}
