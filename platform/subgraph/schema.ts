import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { addResolversToSchema } from '@apollo/subgraph/dist/schema-helper/index.js';
import type { GraphQLResolverMap } from '@apollo/subgraph/dist/schema-helper/resolverMap.js';
import { entitiesResolver } from '@apollo/subgraph/dist/types.js';
import { buildASTSchema, type DocumentNode, type GraphQLSchema, parse } from 'graphql';

/** A subgraph as its authors wrote it. */
export interface SubgraphSources {
  readonly name: string;
  /** The texts that its SDL is made of. */
  readonly texts: readonly string[];
  /** Their SDL, without what Apollo Federation adds. */
  sdl(): DocumentNode;
}

/** What `npm run generate` makes of the sources, once for all processes: working it out takes a process longer than all else at its start. */
const MADE = new URL('../../schema/subgraphs/', import.meta.url);

/** A subgraph's schema with the fields of Apollo Federation, one of its own at each call. */
export function subgraphSchema(sources: SubgraphSources, resolvers: GraphQLResolverMap<unknown> = {}): GraphQLSchema {
  const made = madeOf(sources);
  if (!made) return buildSubgraphSchema({ typeDefs: sources.sdl(), resolvers });
  const schema = buildASTSchema(made.document, { assumeValid: true, assumeValidSDL: true });
  const { sdl } = made;
  addResolversToSchema(schema, {
    [schema.getQueryType()?.name ?? 'Query']: {
      _service: () => ({ sdl }),
      _entities: (_source, { representations }, context, info) => entitiesResolver({ representations, context, info }),
    },
    _Entity: { __resolveType: ({ __typename }: { readonly __typename?: string }) => __typename },
  });
  addResolversToSchema(schema, resolvers);
  return schema;
}

/** The text of the file that other processes take the schema from. */
export function madeSubgraph(sources: SubgraphSources): string {
  const field = buildSubgraphSchema({ typeDefs: sources.sdl() }).getQueryType()?.getFields()._service;
  const service: unknown = field?.resolve?.(undefined, {}, undefined, undefined as never);
  const { sdl } = service as { readonly sdl: string };
  return `${headOf(sources)}${sdl.trim()}\n`;
}

export function madeSubgraphAt(name: string): URL {
  return new URL(`${name}.graphql`, MADE);
}

interface Made {
  readonly head: string;
  readonly sdl: string;
  readonly document: DocumentNode;
}

const known = new Map<string, Made>();

/** Undefined where it was made of other sources than today's, or never. */
function madeOf(sources: SubgraphSources): Made | undefined {
  const head = headOf(sources);
  const before = known.get(sources.name);
  if (before?.head === head) return before;
  const file = madeSubgraphAt(sources.name);
  const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
  if (!text.startsWith(head)) return undefined;
  const sdl = text.slice(head.length);
  const made = { head, sdl, document: parse(sdl, { noLocation: true }) };
  known.set(sources.name, made);
  return made;
}

function headOf({ texts }: SubgraphSources): string {
  const hash = createHash('sha256').update(JSON.stringify(texts)).digest('hex');
  return `# 由 npm run generate 生成,勿改。 Made by npm run generate; not to be changed. Sources: SHA-256 ${hash}\n\n`;
}
