import { setMaxListeners } from 'node:events';
import { ApolloServer } from '@apollo/server';
import { buildSubgraphSchema } from '@apollo/subgraph';
import type { GraphQLResolverMap } from '@apollo/subgraph/dist/schema-helper/resolverMap.js';
import { type FormattedExecutionResult, GraphQLError, type GraphQLFormattedError, type GraphQLSchema } from 'graphql';
import { type Clients, DatabaseError } from '../database/index.ts';
import { internalError, Refusal, sourceUnavailable } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Spans } from '../observing/spans.ts';
import { tracedReads } from '../observing/statements.ts';
import type { PersonKeys } from '../persons/seal.ts';
import { type CursorSeal, cursorSeal } from '../records/cursor.ts';
import { type RecordKind, recordKinds } from '../records/kind.ts';
import { collectLooks } from '../records/looks.ts';
import { type RecordsContext, type RecordsReader, recordsReader } from '../records/reader.ts';
import { readsFor } from '../records/reads.ts';
import { derive } from '../secrets.ts';
import { seesMoreThanPublic } from '../viewer/rights.ts';
import { type Question, viewerVerifier } from '../viewer/token.ts';
import { withoutApolloExtras } from './apollo.ts';
import type { DepartmentCard } from './card.ts';
import { resolveChangedSubjects, resolveChanges } from './changes.ts';
import { resolvePresence } from './presence.ts';
import { addResolvers } from './resolvers.ts';
import { departmentSdl } from './sdl.ts';

/** What a department's resolvers can reach. */
export interface DepartmentContext extends RecordsContext {
  readonly clients: Clients;
  readonly reader: RecordsReader;
  readonly seal: CursorSeal;
  readonly kinds: ReadonlyMap<string, RecordKind>;
  /** Key of the ids of this department's records. */
  readonly idKey: Buffer;
  /** Keys of natural persons' numbers. */
  readonly personKeys: PersonKeys;
}

/** A department that can be asked: in this process, or behind platform/subgraph/listen.ts. */
export interface Department {
  readonly card: DepartmentCard;
  readonly schema: GraphQLSchema;
  readonly kinds: ReadonlyMap<string, RecordKind>;
  readonly clients: Clients;
  /**
   * Answers a question that carries the gateway's signed viewer. Of one who may see more than the public its
   * `extensions.looks` tell the gateway, and nobody else, what was looked at (records/looks.ts).
   * @throws Refusal `UNAUTHENTICATED` when the token does not hold for this department and this question.
   */
  ask(question: Question, token: string | undefined, signal?: AbortSignal): Promise<FormattedExecutionResult>;
  stop(): Promise<void>;
}

export interface DepartmentOptions {
  readonly clients: Clients;
  /** This installation's secret: ids and cursors are keyed from it. */
  readonly secret: Uint8Array;
  readonly personKeys: PersonKeys;
  /** The key that the gateway signs this department's viewers with. */
  readonly viewerKey: Buffer;
  readonly log: Log;
  readonly spans?: Spans | undefined;
}

/** The key that ties gateway and one department, where both know the installation's secret. */
export function viewerKeyOf(secret: Uint8Array, department: string): Buffer {
  return derive(secret, `viewer:${department}`);
}

export function recordIdKey(secret: Uint8Array, department: string): Buffer {
  return derive(secret, `record-id:${department}`);
}

export async function createDepartment(card: DepartmentCard, options: DepartmentOptions): Promise<Department> {
  const schema = buildSubgraphSchema({
    typeDefs: departmentSdl(card),
    resolvers: (card.resolvers ?? {}) as GraphQLResolverMap<unknown>,
  });
  const kinds = recordKinds(schema, card);
  const seal = cursorSeal(derive(options.secret, `cursor:${card.name}`));
  const reader = recordsReader(card.name, kinds, seal);
  addResolvers(schema, { department: { code: card.name, label: card.title }, kinds, schemes: card.schemes, reader });
  resolveChanges(schema, { client: options.clients.imports, department: card.name, kinds, schemes: card.schemes });
  resolveChangedSubjects(schema, options.clients.imports, card);
  resolvePresence(schema, card.name, kinds);

  const server = new ApolloServer<DepartmentContext>({
    schema,
    introspection: false,
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    nodeEnv: 'production',
    formatError: (formatted, error) => told(card, formatted, error, options.log),
    logger: options.log,
    plugins: withoutApolloExtras,
  });
  await server.start();

  const verify = viewerVerifier(card.name, options.viewerKey);
  const shared = {
    clients: options.clients,
    reader,
    seal,
    kinds,
    idKey: recordIdKey(options.secret, card.name),
    personKeys: options.personKeys,
  };
  return {
    card,
    schema,
    kinds,
    clients: options.clients,
    async ask(question, token, signal) {
      const viewer = verify(token, question);
      if (signal) setMaxListeners(0, signal); // one for each statement of the question
      const span =
        viewer.trace === undefined ? undefined : options.spans?.begin(`${card.name} answers`, 'server', viewer.trace);
      const own = readsFor(viewer, options.clients);
      const reads = span && options.spans ? tracedReads(own, options.spans, span.traceparent) : own;
      const looks = seesMoreThanPublic(viewer) ? collectLooks() : undefined;
      const contextValue: DepartmentContext = { viewer, reads, signal, looks, loaders: new Map(), ...shared };
      const request = {
        query: question.query,
        ...(question.operationName ? { operationName: question.operationName } : {}),
        variables: { ...question.variables },
      };
      const { body } = await server.executeOperation(request, { contextValue }).finally(() => span?.end());
      if (body.kind !== 'single') throw internalError();
      return looks ? { ...body.singleResult, extensions: { looks: looks.told() } } : body.singleResult;
    },
    stop: () => server.stop(),
  };
}

/** What the gateway is told of an error: our refusals as they are, a silent database as silence, the rest as internal. */
function told(card: DepartmentCard, formatted: GraphQLFormattedError, error: unknown, log: Log): GraphQLFormattedError {
  const original = error instanceof GraphQLError ? (error.originalError ?? error) : error;
  const { path, locations } = formatted;
  const place = { ...(locations ? { locations } : {}), ...(path ? { path } : {}) };
  if (original instanceof Refusal || formatted.extensions?.code === 'GRAPHQL_VALIDATION_FAILED') return formatted;
  if (original instanceof DatabaseError && original.code !== 'INTERNAL') {
    log.warn({ department: card.name, code: original.code }, 'the database did not answer');
    return { ...sourceUnavailable(card.name, card.title).toJSON(), ...place };
  }
  const refusal = internalError();
  log.error(
    { department: card.name, reference: refusal.extensions.reference, cause: causeOf(original) },
    'a question failed',
  );
  return { ...refusal.toJSON(), ...place };
}

/** Name, message and stack for the log, without the values that a database error carries. */
function causeOf(error: unknown): object {
  if (!(error instanceof Error)) return { message: typeof error };
  const cause = error.cause instanceof Error ? error.cause : error;
  return { name: cause.name, message: cause.message, stack: cause.stack };
}
