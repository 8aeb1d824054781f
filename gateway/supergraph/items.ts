import { type ConstDirectiveNode, Kind, valueFromASTUntyped } from 'graphql';
import { readSupergraph } from './read.ts';

/** A catalogue item, as the supergraph's `@record` says it. */
export interface ItemFacts {
  readonly code: string;
  /** The type of its records. */
  readonly type: string;
  readonly title: string;
  readonly class: string;
  readonly basis: readonly string[];
  /** A code of the table `update-frequencies`. */
  readonly updated: string;
}

/** The catalogue items of all departments, by code. */
export function itemsIn(supergraphSdl: string): ReadonlyMap<string, ItemFacts> {
  const { definitions } = readSupergraph(supergraphSdl).document;
  const items = definitions.flatMap((node) => {
    if (node.kind !== Kind.OBJECT_TYPE_DEFINITION) return [];
    const records = (node.directives ?? []).filter(({ name }) => name.value === 'record');
    return records.map((record) => itemOf(record, node.name.value));
  });
  return new Map(items.map((item) => [item.code, item]));
}

function itemOf({ arguments: given = [] }: ConstDirectiveNode, type: string): ItemFacts {
  const found = Object.fromEntries(given.map(({ name, value }) => [name.value, valueFromASTUntyped(value)]));
  const { item, title, class: section, basis, updated } = found;
  return {
    code: String(item),
    type,
    title: String(title),
    class: String(section),
    basis: Array.isArray(basis) ? basis.map(String) : [],
    updated: String(updated),
  };
}
