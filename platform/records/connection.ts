import type { CursorSeal } from './cursor.ts';
import type { Page } from './list-arguments.ts';

/** One row as the statement answered it. */
export type RecordRow = Readonly<Record<string, unknown>> & { readonly id: string; readonly sortedOn: string };

/** A page of a list, in the shape that GraphQL reads; what nobody asks for is not made. */
export interface Connection<Node> {
  readonly totalCount: number | undefined;
  readonly nodes: readonly Node[];
  readonly edges: () => readonly { readonly cursor: () => string; readonly node: Node }[];
  readonly pageInfo: () => PageInfo;
}

interface PageInfo {
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
  readonly startCursor: () => string | null;
  readonly endCursor: () => string | null;
}

/** A page out of the rows that were fetched: one more than asked for means that more follow. */
export function connection<Node>(
  fetched: readonly Node[],
  page: Page<unknown>,
  totalCount: number | undefined,
  placeOf: (node: Node) => readonly string[],
  seal: CursorSeal,
): Connection<Node> {
  const nodes = fetched.slice(0, page.first);
  return {
    totalCount,
    nodes,
    edges: () => nodes.map((node) => ({ cursor: () => seal.seal(placeOf(node), page.binding), node })),
    pageInfo: () => {
      const cursorOf = (node: Node | undefined): string | null =>
        node === undefined ? null : seal.seal(placeOf(node), page.binding);
      return {
        hasNextPage: fetched.length > page.first,
        hasPreviousPage: page.after !== null,
        startCursor: () => cursorOf(nodes[0]),
        endCursor: () => cursorOf(nodes.at(-1)),
      };
    },
  };
}
