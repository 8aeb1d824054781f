import { readFileSync } from 'node:fs';
import type { GraphQLDataSource, GraphQLDataSourceProcessOptions } from '@apollo/gateway';
import { buildSubgraphSchema } from '@apollo/subgraph';
import type { GraphQLResolverMap } from '@apollo/subgraph/dist/schema-helper/resolverMap.js';
import { type DocumentNode, execute, parse } from 'graphql';
import type { QuestionContext } from '../executor/question-context.ts';
import { ownResolvers } from './answer.ts';

/** The name under which the gateway's own fields are composed with the departments'. */
export const OWN_SUBGRAPH = 'gateway';

/** SDL of what the gateway answers itself. */
export function ownSdl(): string {
  return readFileSync(new URL('schema.graphql', import.meta.url), 'utf8');
}

/** Answers the gateway's own fields, in its process. */
export function ownSource(): GraphQLDataSource<QuestionContext> {
  const schema = buildSubgraphSchema({
    typeDefs: parse(ownSdl(), { noLocation: true }),
    resolvers: ownResolvers as GraphQLResolverMap<unknown>,
  });
  const documents = new Map<string, DocumentNode>();
  return {
    async process({ request, context }: GraphQLDataSourceProcessOptions<QuestionContext>) {
      const query = request.query ?? '';
      const document = documents.get(query) ?? parse(query, { noLocation: true });
      if (documents.size > 500) documents.clear();
      documents.set(query, document);
      const answer = await execute({
        schema,
        document,
        contextValue: context,
        variableValues: request.variables ?? {},
        operationName: request.operationName ?? null,
      });
      return answer as never;
    },
  };
}
