import type { FieldNode } from 'graphql';
import type { Term } from '../../schema/codes/index.ts';
import type { QuestionContext } from '../executor/question-context.ts';
import { keyOf } from '../selections.ts';
import { type Authorization, endOf, statusOn } from './authorization.ts';
import { blockTerms } from './blocks.ts';

/** An authorization as the graph answers it. */
export function shownAuthorization(authorization: Authorization, { authorizing, viewer, request }: QuestionContext) {
  const { id, grantee_name, grantee_credit_code } = authorization;
  return {
    id,
    subject: { __typename: 'Subject', id: authorization.subject_id },
    grantee: { name: grantee_name, creditCode: grantee_credit_code },
    blocks: blockTerms(authorization.blocks),
    purpose: authorization.purpose,
    isContinuous: authorization.is_continuous,
    status: statusOn(authorization, viewer.today),
    requestedAt: authorization.requested_at,
    grantedAt: authorization.granted_at,
    endsAt: endOf(authorization),
    confirmationUrl: authorizing?.pageOf(id, request) ?? null,
  };
}

/** Terms as they stand in an answer that asked for these fields of them. */
export function shownTerms(terms: readonly Term[], asked: readonly FieldNode[]): readonly object[] {
  const fieldOf = ({ name: { value } }: FieldNode, { code, label }: Term) =>
    value === '__typename' ? 'Term' : value === 'code' ? code : label;
  return terms.map((term) => Object.fromEntries(asked.map((node) => [keyOf(node), fieldOf(node, term)])));
}
