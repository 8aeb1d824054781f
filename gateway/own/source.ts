import { buildSubgraphSchema } from '@apollo/subgraph';
import type { GraphQLResolverMap } from '@apollo/subgraph/dist/schema-helper/resolverMap.js';
import { type DocumentNode, execute, type GraphQLError, type GraphQLFormattedError, parse } from 'graphql';
import { internalError, Refusal } from '../../platform/errors.ts';
import type { Log } from '../../platform/log.ts';
import { auditResolvers } from '../audit/answer.ts';
import type { AskSource } from '../executor/source.ts';
import { ownResolvers } from './answer.ts';
import type { Asks, OwnContext } from './asks.ts';
import { OWN_SUBGRAPH } from './name.ts';
import { ownSdl } from './sdl.ts';

/** Answers the gateway's own fields, in its process; what it must know of departments it asks through `asks`. */
export function ownSource(asks: Asks, log: Log): AskSource {
  const resolvers = {
    ...ownResolvers,
    ...auditResolvers,
    Query: { ...ownResolvers.Query, ...auditResolvers.Query },
    Subject: { ...ownResolvers.Subject, ...auditResolvers.Subject },
  };
  const schema = buildSubgraphSchema({
    typeDefs: parse(ownSdl(), { noLocation: true }),
    resolvers: resolvers as GraphQLResolverMap<unknown>,
  });
  const documents = new Map<string, DocumentNode>();
  return async ({ query, operationName, variables }, context) => {
    const document = documents.get(query) ?? parse(query, { noLocation: true });
    if (documents.size > 500) documents.clear();
    documents.set(query, document);
    const contextValue: OwnContext = { ...context, asks };
    const { data, errors } = await execute({
      schema,
      document,
      contextValue,
      variableValues: variables ?? {},
      operationName: operationName ?? null,
    });
    return {
      ...(data === undefined ? {} : { data }),
      ...(errors ? { errors: errors.map((error) => told(error, log)) } : {}),
    };
  };
}

/** An error as the joined answer carries it: our refusals as they are, anything else as internal. */
function told(error: GraphQLError, log: Log): GraphQLFormattedError {
  const original = error.originalError ?? error;
  const { path } = error;
  if (original instanceof Refusal) return formatted(original, path);
  const refusal = internalError();
  const cause =
    original instanceof Error ? { name: original.name, message: original.message, stack: original.stack } : {};
  log.error({ reference: refusal.extensions.reference, cause }, 'an own field failed');
  return formatted(refusal, path);
}

function formatted({ message, extensions }: Refusal, path: GraphQLError['path']): GraphQLFormattedError {
  return {
    message,
    ...(path ? { path } : {}),
    extensions: { ...extensions, department: extensions.department ?? OWN_SUBGRAPH },
  };
}
