import { type ConstDirectiveNode, Kind, parse, valueFromASTUntyped } from 'graphql';

/** A catalogue item, as the supergraph's `@record` says it. */
export interface ItemFacts {
  readonly code: string;
  readonly title: string;
  readonly class: string;
  readonly basis: readonly string[];
  /** A code of the table `update-frequencies`. */
  readonly updated: string;
}

/** The catalogue items of all departments, by code. */
export function itemsIn(supergraphSdl: string): ReadonlyMap<string, ItemFacts> {
  const { definitions } = parse(supergraphSdl, { noLocation: true });
  const records = definitions
    .flatMap((node) => (node.kind === Kind.OBJECT_TYPE_DEFINITION ? (node.directives ?? []) : []))
    .filter(({ name }) => name.value === 'record');
  return new Map(records.map(itemOf).map((item) => [item.code, item]));
}

function itemOf({ arguments: given = [] }: ConstDirectiveNode): ItemFacts {
  const found = Object.fromEntries(given.map(({ name, value }) => [name.value, valueFromASTUntyped(value)]));
  const { item, title, class: section, basis, updated } = found;
  return {
    code: String(item),
    title: String(title),
    class: String(section),
    basis: Array.isArray(basis) ? basis.map(String) : [],
    updated: String(updated),
  };
}
