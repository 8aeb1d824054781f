import type { GraphQLResolverMap } from '@apollo/subgraph/dist/schema-helper/resolverMap.js';
import {
  type ExecutionResult,
  type FormattedExecutionResult,
  GraphQLError,
  type GraphQLFormattedError,
  type GraphQLSchema,
} from 'graphql';
import { type Clients, DatabaseError } from '../database/index.ts';
import { internalError, Refusal, sourceUnavailable } from '../errors.ts';
import type { Leaving } from '../leaving.ts';
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
import { stackInSources } from '../source-stack.ts';
import { seesMoreThanPublic } from '../viewer/rights.ts';
import { type Question, type ViewerProof, viewerVerifier } from '../viewer/token.ts';
import type { DepartmentCard } from './card.ts';
import { resolveChangedSubjects, resolveChanges } from './changes.ts';
import { documentsFor } from './documents.ts';
import { executor } from './execution/index.ts';
import { resolvePresence } from './presence.ts';
import { addResolvers } from './resolvers.ts';
import { subgraphSchema } from './schema.ts';
import { departmentSources } from './sdl.ts';

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
   * Answers a question that carries the gateway's signed viewer, or one handed over within this process. Of one who may see more than the public its
   * `extensions.looks` tell the gateway, and nobody else, what was looked at (records/looks.ts).
   * @throws Refusal `UNAUTHENTICATED` when that does not hold for this department and this question.
   */
  ask(question: Question, proof: ViewerProof | undefined, signal?: Leaving): Promise<FormattedExecutionResult>;
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

/** A department of this process. Its schema is read when it is first asked, or looked at. */
export function createDepartment(card: DepartmentCard, options: DepartmentOptions): Department {
  const verify = viewerVerifier(card.name, options.viewerKey);
  let opened: Opened | undefined;
  const open = (): Opened => {
    opened ??= openDepartment(card, options);
    return opened;
  };
  return {
    card,
    clients: options.clients,
    get schema() {
      return open().schema;
    },
    get kinds() {
      return open().shared.kinds;
    },
    async ask(question, proof, signal) {
      const viewer = verify(proof, question);
      const { shared, answer } = open();
      const span =
        viewer.trace === undefined ? undefined : options.spans?.begin(`${card.name} answers`, 'server', viewer.trace);
      const own = readsFor(viewer, options.clients);
      const reads = span && options.spans ? tracedReads(own, options.spans, span.traceparent) : own;
      const looks = seesMoreThanPublic(viewer) ? collectLooks() : undefined;
      const contextValue: DepartmentContext = { viewer, reads, signal, looks, loaders: new Map(), ...shared };
      const { data, errors } = await answer(question, contextValue).finally(() => span?.end());
      return {
        ...(data === undefined ? {} : { data }),
        ...(errors ? { errors: errors.map((error) => told(card, error, options.log)) } : {}),
        ...(looks ? { extensions: { looks: looks.told() } } : {}),
      };
    },
  };
}

interface Opened {
  readonly schema: GraphQLSchema;
  readonly shared: Omit<DepartmentContext, 'viewer' | 'reads' | 'signal' | 'looks' | 'loaders'>;
  answer(question: Question, contextValue: DepartmentContext): Promise<ExecutionResult>;
}

function openDepartment(card: DepartmentCard, { clients, secret, personKeys }: DepartmentOptions): Opened {
  const schema = subgraphSchema(departmentSources(card), card.resolvers as GraphQLResolverMap<unknown>);
  const kinds = recordKinds(schema, card);
  const seal = cursorSeal(derive(secret, `cursor:${card.name}`));
  const reader = recordsReader(card.name, kinds, seal);
  addResolvers(schema, { department: { code: card.name, label: card.title }, kinds, schemes: card.schemes, reader });
  resolveChanges(schema, { client: clients.imports, department: card.name, kinds, schemes: card.schemes });
  resolveChangedSubjects(schema, clients.imports, card);
  resolvePresence(schema, card.name, kinds);
  const documents = documentsFor(schema);
  const execute = executor(schema);
  return {
    schema,
    shared: { clients, reader, seal, kinds, idKey: recordIdKey(secret, card.name), personKeys },
    /** One that was asked before is neither parsed nor validated again, and the answer is handed over as it is. */
    async answer(question, contextValue) {
      try {
        const document = documents.of(question.query);
        if (!('kind' in document)) return { errors: document.map(asInvalid) };
        const { variables, operationName } = question;
        return await execute({
          document,
          contextValue,
          variables: variables ?? {},
          operationName: operationName ?? null,
        });
      } catch (error) {
        return { errors: [asGraphQLError(error)] };
      }
    },
  };
}

function asGraphQLError(error: unknown): GraphQLError {
  if (error instanceof GraphQLError) return error;
  return new GraphQLError('not executed', { originalError: error instanceof Error ? error : null });
}

/** A question that does not fit the department's schema. */
function asInvalid(error: GraphQLError): GraphQLError {
  const { nodes = null, message } = error;
  return new GraphQLError(message, { nodes, extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } });
}

/** What the gateway is told of an error: our refusals as they are, a silent database as silence, the rest as internal. */
function told(card: DepartmentCard, error: GraphQLError, log: Log): GraphQLFormattedError {
  const original = error.originalError ?? error;
  const place = error.path ? { path: error.path } : {};
  if (original instanceof Refusal || error.extensions.code === 'GRAPHQL_VALIDATION_FAILED')
    return { message: error.message, ...place, extensions: error.extensions };
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
  return { name: cause.name, message: cause.message, stack: stackInSources(cause.stack) };
}
