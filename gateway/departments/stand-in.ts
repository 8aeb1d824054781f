import type { IncomingHttpHeaders } from 'node:http';
import type { DocumentNode, FormattedExecutionResult, GraphQLNamedType, GraphQLSchema } from 'graphql';
import { sourceUnavailable } from '../../platform/errors.ts';
import type { Transport } from '../../platform/subgraph/transport.ts';
import { seesMoreThanPublic } from '../../platform/viewer/rights.ts';
import type { Question } from '../../platform/viewer/token.ts';
import type { Role, Viewer } from '../../platform/viewer/viewer.ts';
import { type Asking, isRead } from './department.ts';
import type { LastKnownAnswers } from './last-known.ts';
import type { LastKnownPolicy } from './last-known-policy.ts';
import { questionKey } from './question-key.ts';
import { type StillTold, stillTold } from './still-told.ts';

/** What stands in for a department while it is silent: its last whole answer to the same question, for as long as the policy has it. */
export interface StandIn {
  /** Takes an answer that the department gave when it was asked at an instant. */
  keep(question: Question, document: DocumentNode, asking: Asking, answer: FormattedExecutionResult, at: Date): void;
  /** What may still be told; then `asking.stale` says since when. Null with an error stands where it may not. */
  answer(question: Question, document: DocumentNode, asking: Asking): FormattedExecutionResult | undefined;
}

export interface StandInOptions {
  readonly transport: Transport;
  readonly schema: GraphQLSchema;
  readonly policy: LastKnownPolicy;
  /** Those of a role apart: strangers' many questions push out none of a portal's answers. */
  readonly keptFor: (role: Role) => LastKnownAnswers;
  readonly now: () => Date;
}

export function standInFor({ transport, schema, policy, keptFor, now }: StandInOptions): StandIn {
  const { department, title } = transport;
  const toldAfter = (
    seconds: number,
    data: Readonly<Record<string, unknown>>,
    question: Question,
    document: DocumentNode,
    { today }: Viewer,
  ): StillTold | undefined => {
    const known = new Map<GraphQLNamedType, boolean>();
    const isTooOld = (type: GraphQLNamedType): boolean => {
      const longest = policy(department, type, today);
      const tooOld = known.get(type) ?? (longest === 0 || longest < seconds);
      known.set(type, tooOld);
      return tooOld;
    };
    return stillTold(data, question, document, schema, isTooOld);
  };
  /** On which day answers to a document were found to be worth keeping, or not: that follows from the document alone. */
  const worth = new WeakMap<DocumentNode, { readonly day: string; readonly isWorth: boolean }>();
  const isWorthKeeping = (question: Question, document: DocumentNode, viewer: Viewer, data: object): boolean => {
    const known = worth.get(document);
    if (known?.day === viewer.today) return known.isWorth;
    const isWorth = toldAfter(0, { ...data }, question, document, viewer) !== undefined;
    worth.set(document, { day: viewer.today, isWorth });
    return isWorth;
  };
  const keyOf = (question: Question, { viewer, payer }: Asking): string =>
    `${department}\n${questionKey(question, viewer, payer)}`;

  return {
    keep(question, document, asking, answer, at) {
      const { viewer } = asking;
      if (!answer.data || !isRead(document) || !mayBeToldLastKnown(viewer)) return;
      if (isWorthKeeping(question, document, viewer, answer.data))
        keptFor(viewer.role).keep(keyOf(question, asking), answer, at);
    },
    answer(question, document, asking) {
      const { viewer, request, stale } = asking;
      if (!isRead(document) || !mayBeToldLastKnown(viewer) || wantsFresh(request.headers)) return undefined;
      const last = keptFor(viewer.role).of(keyOf(question, asking));
      const seconds = last ? (now().getTime() - last.at.getTime()) / 1_000 : -1;
      const told = last && seconds >= 0 ? toldAfter(seconds, last.data, question, document, viewer) : undefined;
      if (!last || !told) return undefined;
      const before = stale.get(department);
      if (!before || last.at < before) stale.set(department, last.at);
      const { message, extensions } = sourceUnavailable(department, title);
      const errors = told.withheld.map((path) => ({ message, path, extensions: { ...extensions, department } }));
      return { data: told.data, ...(errors.length > 0 ? { errors } : {}) };
    },
  };
}

/**
 * Whether somebody may be told what a department said last: whoever sees what everybody may see, as the public's pages do, and
 * asks what is known now. Nobody who decides on it, and nobody who is told of what is not public.
 */
function mayBeToldLastKnown(viewer: Viewer): boolean {
  const { role, known } = viewer;
  return (role === 'ANONYMOUS' || role === 'PORTAL') && known === null && !seesMoreThanPublic(viewer);
}

/** Whether a request wants nothing from memory (RFC 9111, 5.2.1). */
function wantsFresh({ 'cache-control': wish = '' }: IncomingHttpHeaders): boolean {
  return /(?:^|[\s,])no-(?:cache|store)(?:$|[\s,=])/iu.test(wish);
}
