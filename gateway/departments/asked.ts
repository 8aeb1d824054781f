import { type DocumentNode, Kind } from 'graphql';
import type { Leaving } from '../../platform/leaving.ts';
import { seesMoreThanPublic } from '../../platform/viewer/rights.ts';
import type { Question } from '../../platform/viewer/token.ts';
import { factsName } from '../../platform/viewer/viewer.ts';
import type { QuestionContext } from '../executor/question-context.ts';
import { documentOf, nameOf } from './documents.ts';

/** What of a question's context its way to a department depends on. */
export type Asking = Pick<QuestionContext, 'viewer' | 'caller' | 'payer' | 'signal' | 'request' | 'stale' | 'rests'>;

/** What a department is asked, and by whom. */
export interface Asked {
  readonly question: Question;
  readonly document: DocumentNode;
  readonly asking: Asking;
  /** When it was asked, by a clock that only goes forward. */
  readonly askedAt: number;
  /**
   * What makes two questions to a department one: what is asked, and every signed fact of who asks but the request's own id and its place in a trace, so
   * that nobody is ever told what was answered to somebody with other rights, of another day or instant. Who may see more than
   * the public shares with nobody but itself. Undefined for what may change something: that is asked each time.
   */
  readonly key: string | undefined;
  /** Who waits for it, where it is several callers' questions as one. */
  readonly companions?: readonly Leaving[] | undefined;
  /** Whether it is not to be asked with others': it is several already, or was asked with others in vain. */
  readonly isGathered?: boolean | undefined;
}

/** @param facts the name of the viewer's facts, where it is known. */
export function askedBy(asking: Asking, question: Question, facts?: string): Asked {
  const document = documentOf(question.query);
  return {
    question,
    document,
    asking,
    askedAt: performance.now(),
    key: isRead(document) ? keyOf(question, document, asking, facts ?? factsName(asking.viewer)) : undefined,
  };
}

function isRead({ definitions }: DocumentNode): boolean {
  return definitions.every((node) => node.kind !== Kind.OPERATION_DEFINITION || node.operation === 'query');
}

function keyOf(
  { operationName, variables }: Question,
  document: DocumentNode,
  { viewer, payer }: Asking,
  facts: string,
): string {
  const own = seesMoreThanPublic(viewer) ? payer : '';
  return `${facts}\n${own}\n${JSON.stringify(variables ?? {})}\n${operationName ?? ''}\n${nameOf(document)}`;
}
