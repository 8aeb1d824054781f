import type { GraphQLResolverMap } from '@apollo/subgraph/dist/schema-helper/resolverMap.js';
import {
  type DocumentNode,
  type GraphQLError,
  type GraphQLFormattedError,
  type GraphQLSchema,
  Kind,
  parse,
  visit,
} from 'graphql';
import { internalError, Refusal } from '../../platform/errors.ts';
import type { Log } from '../../platform/log.ts';
import { stackInSources } from '../../platform/source-stack.ts';
import { executor } from '../../platform/subgraph/execution/index.ts';
import { subgraphSchema } from '../../platform/subgraph/schema.ts';
import { remembered } from '../../schema/remembered.ts';
import { auditResolvers } from '../audit/answer.ts';
import type { AskSource } from '../executor/source.ts';
import { enforceAccess } from './access.ts';
import { ownResolvers } from './answer.ts';
import type { Asks, OwnContext } from './asks.ts';
import { OWN_SUBGRAPH } from './name.ts';
import { ownSources } from './sdl.ts';

/** A document, and whether its answer follows from what departments answer. */
interface Known {
  readonly document: DocumentNode;
  readonly restsOnDepartments: boolean;
}

/** Answers the gateway's own fields to whom their `@access` names, in its process; what it must know of departments it asks through `asks`. */
export function ownSource(asks: Asks, log: Log): AskSource {
  const execute = executor(ownSchema());
  const read = remembered(500, (query): Known => {
    const document = parse(query, { noLocation: true });
    return { document, restsOnDepartments: restsOnDepartmentsAlone(document) };
  });
  return async ({ query, operationName, variables }, context) => {
    const { document, restsOnDepartments } = read(query);
    if (context.rests && !restsOnDepartments) context.rests.isUntold = true;
    const contextValue: OwnContext = { ...context, asks };
    const { data, errors } = await execute({
      document,
      contextValue,
      variables: variables ?? {},
      operationName: operationName ?? null,
    });
    return {
      ...(data === undefined ? {} : { data }),
      ...(errors ? { errors: errors.map((error) => told(error, log)) } : {}),
    };
  };
}

let built: GraphQLSchema | undefined;

/** The same for every supergraph: it is made once. */
function ownSchema(): GraphQLSchema {
  if (built) return built;
  const resolvers = {
    ...ownResolvers,
    ...auditResolvers,
    Query: { ...ownResolvers.Query, ...auditResolvers.Query },
    Subject: { ...ownResolvers.Subject, ...auditResolvers.Subject },
  };
  built = subgraphSchema(ownSources(), resolvers as GraphQLResolverMap<unknown>);
  enforceAccess(built);
  return built;
}

/** Verdicts follow from what departments answer. All else that the gateway knows itself is the caller's own, or is written here. */
function restsOnDepartmentsAlone(document: DocumentNode): boolean {
  let areVerdicts = true;
  visit(document, {
    Field({ name }, _key, _parent, _path, ancestors) {
      const isBelow = ancestors.some(
        (one) => 'kind' in one && one.kind === Kind.FIELD && one.name.value === 'verdicts',
      );
      areVerdicts &&= isBelow || ['_entities', '__typename', 'id', 'verdicts'].includes(name.value);
    },
  });
  return areVerdicts;
}

/** An error as the joined answer carries it: our refusals as they are, anything else as internal. */
function told(error: GraphQLError, log: Log): GraphQLFormattedError {
  const original = error.originalError ?? error;
  const { path } = error;
  if (original instanceof Refusal) return formatted(original, path);
  const refusal = internalError();
  const cause =
    original instanceof Error
      ? { name: original.name, message: original.message, stack: stackInSources(original.stack) }
      : {};
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
