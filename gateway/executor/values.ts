import { type OperationDefinitionNode, valueFromASTUntyped } from 'graphql';
import { own, put } from './merge.ts';

export type Values = Readonly<Record<string, unknown>>;

/** A question's variables, with the defaults of those that it leaves out. */
export function valuesOf(
  { variableDefinitions = [] }: OperationDefinitionNode,
  given: Values | null | undefined,
): Values {
  const defaults = variableDefinitions.filter(
    ({ variable, defaultValue }) => defaultValue && (!given || own(given, variable.name.value) === undefined),
  );
  if (defaults.length === 0) return given ?? {};
  const values: Record<string, unknown> = { ...given };
  for (const { variable, defaultValue } of defaults)
    if (defaultValue) put(values, variable.name.value, valueFromASTUntyped(defaultValue));
  return values;
}
