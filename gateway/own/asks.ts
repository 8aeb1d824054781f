import type { FormattedExecutionResult } from 'graphql';
import { sourceUnavailable } from '../../platform/errors.ts';
import type { Log } from '../../platform/log.ts';
import type { Observing } from '../../platform/observing/index.ts';
import type { Presence } from '../../platform/subgraph/presence.ts';
import type { Transport } from '../../platform/subgraph/transport.ts';
import type { Question } from '../../platform/viewer/token.ts';
import type { Departments } from '../departments/index.ts';
import { tellSilence } from '../executor/department-source.ts';
import type { QuestionContext } from '../executor/question-context.ts';
import { fieldSources } from '../limits/sources.ts';
import { seenAsking } from '../observing/asked.ts';
import { type ItemFacts, itemsIn } from '../supergraph/items.ts';

/** What was found out about identifiers: the subject's id, or null for none. */
export type Subjects = ReadonlyMap<string, string | null>;

/** When a file of an item was last received, and through which day it reports. */
export interface Received {
  readonly receivedAt: string | null;
  readonly reportedThrough: string | null;
}

/** What the gateway's own fields ask of departments, as the viewer whose question it is. Undefined: nobody answered. */
export interface Asks {
  readonly items: ReadonlyMap<string, ItemFacts>;
  /** The department of an item, if it is one of this installation's. */
  departmentOf(item: string): Pick<Transport, 'department' | 'title'> | undefined;
  /** The subject of an identifier, null for none. @throws Refusal `SOURCE_UNAVAILABLE` where that is not known. */
  subjectOf(identifier: string, context: QuestionContext): Promise<string | null>;
  subjectsOf(identifiers: readonly string[], context: QuestionContext): Promise<Subjects | undefined>;
  /** Which of these subjects have a record of which of a department's items that the viewer may see. */
  presence(
    department: string,
    subjects: readonly string[],
    items: readonly string[],
    context: QuestionContext,
  ): Promise<readonly Presence[] | undefined>;
  /** Where a subject is, null where that is not known. */
  districtOf(subject: string, context: QuestionContext): Promise<string | null>;
  received(context: QuestionContext): Promise<ReadonlyMap<string, Received> | undefined>;
}

/** The context of the gateway's own fields. */
export interface OwnContext extends QuestionContext {
  readonly asks: Asks;
}

const SUBJECTS = `query Subjects($identifiers: [String!]!) {
  subjectsByIdentifier(identifiers: $identifiers) { outcome subject { id } }
}`;
const PRESENCE = `query Presence($subjects: [ID!]!, $items: [String!]!) {
  recordPresence(subjects: $subjects, items: $items)
}`;
const DISTRICT = 'query District($identifier: String!) { subject(identifier: $identifier) { district { code } } }';
const RECEIVED = 'query Received { catalogue { code receivedAt reportedThrough } }';

export function asking(
  supergraphSdl: string,
  transports: ReadonlyMap<string, Transport>,
  departments: Departments,
  log: Log,
  observing: Observing = {},
): Asks {
  const sources = fieldSources(supergraphSdl);
  const items = itemsIn(supergraphSdl);
  const directory = sources.of('Query', 'subjectsByIdentifier')[0] ?? '';

  /** The data that a department answers without an error. */
  async function ask<T>(department: string, question: Question, context: QuestionContext): Promise<T | undefined> {
    const answer = await seenAsking(department, context, observing, (asking) => answerOf(department, question, asking));
    return answer?.data as T | undefined;
  }

  async function answerOf(
    department: string,
    question: Question,
    context: QuestionContext,
  ): Promise<FormattedExecutionResult | undefined> {
    try {
      const answer = await departments.ask(department, question, context);
      if (answer.errors?.length || !answer.data) throw new Error(`answered ${answer.errors?.[0]?.extensions?.code}`);
      return answer;
    } catch (error) {
      context.silent.add(department);
      tellSilence(log, department, context, error);
      return undefined;
    }
  }

  const asks: Asks = {
    items,
    departmentOf(item) {
      return items.has(item) ? transports.get(item.split('.')[0] ?? '') : undefined;
    },
    async subjectsOf(identifiers, context) {
      if (identifiers.length === 0) return new Map();
      const data = await ask<{
        readonly subjectsByIdentifier?: readonly { readonly subject: { readonly id: string } | null }[];
      }>(directory, { query: SUBJECTS, variables: { identifiers } }, context);
      const found = data?.subjectsByIdentifier;
      return found && new Map(identifiers.map((one, at) => [one, found[at]?.subject?.id ?? null]));
    },
    async subjectOf(identifier, context) {
      const found = await asks.subjectsOf([identifier], context);
      if (found) return found.get(identifier) ?? null;
      throw sourceUnavailable(directory, transports.get(directory)?.title ?? directory);
    },
    async presence(department, subjects, wanted, context) {
      const variables = { subjects, items: wanted };
      const data = await ask<{ readonly recordPresence?: unknown }>(
        department,
        { query: PRESENCE, variables },
        context,
      );
      const found = data?.recordPresence;
      return Array.isArray(found) ? (found as readonly Presence[]) : undefined;
    },
    async districtOf(subject, context) {
      const data = await ask<{ readonly subject?: { readonly district: { readonly code: string } | null } | null }>(
        directory,
        { query: DISTRICT, variables: { identifier: subject } },
        context,
      );
      return data?.subject?.district?.code ?? null;
    },
    async received(context) {
      const data = await ask<{ readonly catalogue?: readonly (Received & { readonly code: string })[] | null }>(
        directory,
        { query: RECEIVED },
        context,
      );
      return data?.catalogue ? new Map(data.catalogue.map((item) => [item.code, item])) : undefined;
    },
  };
  return asks;
}
