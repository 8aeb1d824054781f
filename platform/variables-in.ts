import { type ASTNode, visit } from 'graphql';

/** The names of the variables that stand in parts of a document, each once; fragments are not followed. */
export function variablesIn(nodes: readonly ASTNode[]): ReadonlySet<string> {
  const names = new Set<string>();
  for (const node of nodes) visit(node, { Variable: ({ name }) => void names.add(name.value) });
  return names;
}
