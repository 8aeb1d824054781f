import { type ConstDirectiveNode, type DocumentNode, Kind } from 'graphql';
import { directiveText } from '../../platform/subgraph/complete.ts';

/** A field's level, the departments that hold it, and the roles that it is for; null where its level says all. */
export interface Mark {
  readonly level: string;
  readonly departments: readonly string[];
  readonly to: readonly string[] | null;
}

export type Marks = ReadonlyMap<string, ReadonlyMap<string, Mark>>;

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
