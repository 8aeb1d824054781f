import { ApolloServer } from '@apollo/server';
import type { DocumentNode, GraphQLSchema } from 'graphql';
import { LRUCache } from 'lru-cache';
import type { Log } from '../platform/log.ts';
import { withoutApolloExtras } from '../platform/subgraph/apollo.ts';
import { levelsKnownTo } from '../platform/viewer/rights.ts';
import type { Caller } from './access/caller.ts';
import { stepsBeforeLeaving } from './answer-steps.ts';
import { recordAnswer } from './audit/step.ts';
import { tellStale } from './departments/telling.ts';
import { toldToCaller } from './errors.ts';
import type { Executor } from './executor/executor.ts';
import { type CallerContext, facing } from './facing.ts';
import { fewMistakes, LIMITS, noSubscriptions } from './limits/document.ts';
import type { GatewayLimits } from './limits/index.ts';
import { reservedNames } from './limits/reserved-names.ts';
import { tellingCost } from './limits/telling.ts';
import { noteAnswerOf } from './observing/step.ts';
import type { StatusEdition } from './statuses.ts';
import { schemaView } from './supergraph/view.ts';
import { tellingGaps } from './verdicts/gaps.ts';

/** Callers who know the same schema, and the server that parses, validates and answers their questions against it. */
export interface Audience {
  readonly view: GraphQLSchema;
  readonly server: ApolloServer<CallerContext>;
}

/** What a view of the schema follows from. */
type Knower = Pick<Caller, 'role' | 'department'>;

export interface Audiences {
  of(caller: Knower): Promise<Audience>;
  /** Somebody of each audience that was made. */
  readonly known: readonly Knower[];
  stop(): Promise<void>;
}

export interface AudienceOptions {
  readonly supergraphSdl: string;
  readonly log: Log;
  readonly now?: (() => Date) | undefined;
  readonly statusEdition: StatusEdition;
}

/** Characters of parsed documents (as JSON) that are kept for all audiences together; each would keep 30 MB of its own. */
const KEPT_DOCUMENTS = 12 * 1024 * 1024;

/** An audience for each view of the schema, made when first somebody of it comes; one executor behind them all. */
export function createAudiences(options: AudienceOptions, executor: Executor, limits: GatewayLimits): Audiences {
  const { supergraphSdl, log, statusEdition, now = () => new Date() } = options;
  const audiences = new Map<string, Promise<Audience>>();
  const known = new Map<string, Knower>();
  const steps = [tellingCost(statusEdition), tellingGaps(supergraphSdl), tellStale, recordAnswer, noteAnswerOf];
  const reserved = reservedNames(supergraphSdl);
  const documentStore = parsedDocuments();

  const open = async (caller: Knower): Promise<Audience> => {
    const view = schemaView(supergraphSdl, (department) => levelsKnownTo(caller, department));
    const server = new ApolloServer<CallerContext>({
      gateway: facing(view, executor, limits, now),
      introspection: true,
      persistedQueries: false,
      parseOptions: { maxTokens: LIMITS.tokens },
      documentStore,
      validationRules: [fewMistakes, noSubscriptions, reserved],
      csrfPrevention: true,
      includeStacktraceInErrorResponses: false,
      stopOnTerminationSignals: false,
      nodeEnv: 'production',
      formatError: (formatted, error) => toldToCaller(formatted, error, log),
      logger: log,
      plugins: [...withoutApolloExtras, stepsBeforeLeaving<CallerContext>(steps)],
    });
    await server.start();
    return { view, server };
  };

  return {
    of(caller) {
      const home = caller.department !== null ? levelsKnownTo(caller, caller.department) : [];
      const levels = levelsKnownTo(caller);
      const key = home.length > levels.length ? `${levels.join()} ${caller.department}` : levels.join();
      const audience = audiences.get(key) ?? open(caller);
      audiences.set(key, audience);
      known.set(key, caller);
      // One that could not be opened is opened again by whoever comes next.
      audience.catch(() => audiences.delete(key));
      return audience;
    },
    get known() {
      return [...known.values()];
    },
    async stop() {
      for (const audience of audiences.values()) await (await audience).server.stop();
    },
  };
}

/** Documents by the hash of their view's schema and of their text: what was validated against one view is no other's. */
function parsedDocuments() {
  const kept = new LRUCache<string, DocumentNode>({
    maxSize: KEPT_DOCUMENTS,
    sizeCalculation: (document) => JSON.stringify(document).length,
  });
  return {
    get: async (key: string) => kept.get(key),
    set: async (key: string, document: DocumentNode) => void kept.set(key, document),
    delete: async (key: string) => kept.delete(key),
  };
}
