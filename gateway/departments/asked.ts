import { type DocumentNode, Kind } from 'graphql';
import { seesMoreThanPublic } from '../../platform/viewer/rights.ts';
import type { Question } from '../../platform/viewer/token.ts';
import { factsOf } from '../../platform/viewer/viewer.ts';
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
}

export function askedBy(asking: Asking, question: Question): Asked {
  const document = documentOf(question.query);
  return {
    question,
    document,
    asking,
    askedAt: performance.now(),
    key: isRead(document) ? keyOf(question, document, asking) : undefined,
  };
}

function isRead({ definitions }: DocumentNode): boolean {
  return definitions.every((node) => node.kind !== Kind.OPERATION_DEFINITION || node.operation === 'query');
}

function keyOf({ operationName, variables }: Question, document: DocumentNode, { viewer, payer }: Asking): string {
  const own = seesMoreThanPublic(viewer) ? payer : '';
  return `${factsOf(viewer)}\n${own}\n${JSON.stringify(variables ?? {})}\n${operationName ?? ''}\n${nameOf(document)}`;
}
