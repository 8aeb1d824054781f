import type { IncomingHttpHeaders } from 'node:http';
import type { DocumentNode, FormattedExecutionResult, GraphQLNamedType, GraphQLSchema } from 'graphql';
import { sourceUnavailable } from '../../platform/errors.ts';
import type { Transport } from '../../platform/subgraph/transport.ts';
import { seesMoreThanPublic } from '../../platform/viewer/rights.ts';
import type { Asked } from './asked.ts';
import { type LastKnownAnswers, lastKnownAnswers } from './last-known.ts';
import type { LastKnownPolicy } from './last-known-policy.ts';
import { type StillTold, stillTold } from './still-told.ts';

/** What stands in for a department while it is silent: its last whole answer to the same question, for as long as the policy has it. */
export interface StandIn {
  /** Takes an answer that the department gave when it was asked at an instant. */
  keep(asked: Asked, answer: FormattedExecutionResult, at: Date): void;
  /** What may still be told; then `asking.stale` says since when. Null with an error stands where it may not. */
  answer(asked: Asked): FormattedExecutionResult | undefined;
}

export interface StandInOptions {
  readonly transport: Transport;
  readonly schema: GraphQLSchema;
  readonly policy: LastKnownPolicy;
  readonly now: () => Date;
}

export function standInFor({ transport, schema, policy, now }: StandInOptions): StandIn {
  const { department, title } = transport;
  // Apart, so that strangers' many questions push out none of a portal's answers.
  const kept = { ANONYMOUS: lastKnownAnswers(), PORTAL: lastKnownAnswers() };
  /** None for whoever decides on what it is told, and for whoever sees more than the public or asks for an earlier knowledge. */
  const keptFor = ({ key, asking: { viewer } }: Asked): LastKnownAnswers | undefined => {
    if (key === undefined || viewer.known !== null || seesMoreThanPublic(viewer)) return undefined;
    return viewer.role === 'ANONYMOUS' || viewer.role === 'PORTAL' ? kept[viewer.role] : undefined;
  };
  const toldAfter = (seconds: number, data: object, { question, document, asking }: Asked): StillTold | undefined => {
    const known = new Map<GraphQLNamedType, boolean>();
    const isTooOld = (type: GraphQLNamedType): boolean => {
      const found = known.get(type);
      if (found !== undefined) return found;
      const longest = policy(department, type, asking.viewer.today);
      known.set(type, longest === 0 || longest < seconds);
      return longest === 0 || longest < seconds;
    };
    return stillTold({ ...data }, question, document, schema, isTooOld);
  };
  /** On which day answers to a document were found to be worth keeping, or not: that follows from the document alone. */
  const worth = new WeakMap<DocumentNode, { readonly day: string; readonly isWorth: boolean }>();
  const isWorthKeeping = (asked: Asked, data: object): boolean => {
    const day = asked.asking.viewer.today;
    const known = worth.get(asked.document);
    if (known?.day === day) return known.isWorth;
    const isWorth = toldAfter(0, data, asked) !== undefined;
    worth.set(asked.document, { day, isWorth });
    return isWorth;
  };

  /** Each caller is told again what it was told itself: that somebody asked about somebody is nobody else's to know. */
  const ownKey = ({ key, asking }: Asked): string => `${asking.payer}\n${key}`;

  return {
    keep(asked, answer, at) {
      const answers = keptFor(asked);
      if (!answers || asked.key === undefined || !answer.data) return;
      if (isWorthKeeping(asked, answer.data)) answers.keep(ownKey(asked), answer, at);
    },
    answer(asked) {
      const { request, stale } = asked.asking;
      if (asked.key === undefined || wantsFresh(request.headers)) return undefined;
      const last = keptFor(asked)?.of(ownKey(asked));
      const seconds = last ? (now().getTime() - last.at.getTime()) / 1_000 : -1;
      const told = last && seconds >= 0 ? toldAfter(seconds, last.data, asked) : undefined;
      if (!last || !told) return undefined;
      const before = stale.get(department);
      if (!before || last.at < before) stale.set(department, last.at);
      const { message, extensions } = sourceUnavailable(department, title);
      const errors = told.withheld.map((path) => ({ message, path, extensions: { ...extensions, department } }));
      return { data: told.data, ...(errors.length > 0 ? { errors } : {}) };
    },
  };
}

/** Whether a request wants nothing from memory (RFC 9111, 5.2.1). */
function wantsFresh({ 'cache-control': wish = '' }: IncomingHttpHeaders): boolean {
  return /(?:^|[\s,])no-(?:cache|store)(?:$|[\s,=])/iu.test(wish);
}
