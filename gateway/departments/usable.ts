import type { DocumentNode, FormattedExecutionResult, GraphQLFormattedError, GraphQLSchema } from 'graphql';
import type { Transport } from '../../platform/subgraph/transport.ts';
import type { Question } from '../../platform/viewer/token.ts';
import { isWholeAnswer } from '../executor/answer-shape.ts';
import { isOurError } from '../executor/department-errors.ts';

/** The department did not understand what it was asked: a mistake of ours, which says nothing about whether it is there. */
export class Misasked extends Error {
  override readonly name = 'Misasked';
}

/** A department elsewhere is not believed unseen: what it left out or got wrong makes its whole answer unusable. */
export function assertUsable(
  answer: FormattedExecutionResult,
  schema: GraphQLSchema,
  document: DocumentNode,
  question: Question,
  transport: Transport,
): void {
  if (!answer.data && answer.errors?.some(isAboutTheQuestion))
    throw new Misasked('the department could not read what it was asked');
  if (answer.errors && !answer.errors.every(isOurError))
    throw new Error('the department answered an error that is not ours');
  // A refused root field that cannot be null leaves no data beside its error.
  if (!answer.data && answer.errors?.length) return;
  if (!answer.data) throw new Error('the department answered no data');
  if (!transport.isNear && !isWholeAnswer(schema, document, answer, question.variables ?? {})) {
    throw new Error('the department answered something other than what was asked');
  }
}

/** About the document or its variables as a whole: it stands at no place of an answer. */
function isAboutTheQuestion({ path, extensions }: GraphQLFormattedError): boolean {
  return !path && ['GRAPHQL_VALIDATION_FAILED', 'BAD_USER_INPUT'].includes(String(extensions?.code));
}
