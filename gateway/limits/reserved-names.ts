import { type ASTVisitor, Kind, type ValidationContext } from 'graphql';
import { badUserInput } from '../../platform/errors.ts';
import { directiveText } from '../../platform/subgraph/complete.ts';
import { readSupergraph } from '../supergraph/read.ts';

/** Names that plans give to what they ask of departments. */
const OF_PLANS = /^(?:__typename$|_internal_qp_alias_|_entities$|_e\d+$)/u;
const VARIABLES_OF_PLANS = /^(?:representations$|__batch_reps_)/u;

/**
 * Refuses names that would stand in a plan where the plan's own do: a department that is asked by a caller's words for what
 * joins its answer to others' would be asked about something else, or for what it cannot read.
 */
export function reservedNames(supergraphSdl: string): (context: ValidationContext) => ASTVisitor {
  const keys = keysIn(supergraphSdl);
  return (context) => ({
    Field({ alias, name }) {
      if (!alias || alias.value === name.value) return;
      const isKey = keys.get(context.getParentType()?.name ?? '')?.has(alias.value) === true;
      if (isKey || OF_PLANS.test(alias.value))
        context.reportError(badUserInput(`别名 ${alias.value} 在此为本服务保留,请换一个。`));
    },
    VariableDefinition({ variable: { name } }) {
      if (VARIABLES_OF_PLANS.test(name.value))
        context.reportError(badUserInput(`变量名 $${name.value} 为本服务保留,请换一个。`));
    },
  });
}

/** The fields by which departments know an object, by type, and of the interfaces and pages nothing. */
function keysIn(supergraphSdl: string): ReadonlyMap<string, ReadonlySet<string>> {
  const { document } = readSupergraph(supergraphSdl);
  return new Map(
    document.definitions.flatMap((node) => {
      if (node.kind !== Kind.OBJECT_TYPE_DEFINITION && node.kind !== Kind.INTERFACE_TYPE_DEFINITION) return [];
      const keys = (node.directives ?? []).flatMap((one) =>
        one.name.value === 'join__type' ? (directiveText(one, 'key') ?? '').split(/[^\w]+/u).filter(Boolean) : [],
      );
      return keys.length > 0 ? [[node.name.value, new Set(keys)] as const] : [];
    }),
  );
}
