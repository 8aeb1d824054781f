import { type GraphQLSchema, getDirectiveValues, type OperationDefinitionNode } from 'graphql';
import { badUserInput } from '../platform/errors.ts';
import { isInstant } from '../platform/scalars.ts';

/**
 * The instant of knowledge that a question asks for: `@asOf` on the operation, else the header Credit-As-Of, else none.
 * @throws Refusal `BAD_USER_INPUT` for one that is no instant or lies in the future.
 */
export function knownInstant(
  view: GraphQLSchema,
  operation: OperationDefinitionNode,
  variables: Readonly<Record<string, unknown>>,
  header: string | null,
  now: Date,
): string | null {
  const directive = view.getDirective('asOf');
  const asked = directive ? getDirectiveValues(directive, operation, variables)?.known : undefined;
  const known = typeof asked === 'string' ? asked : header;
  if (known === null) return null;
  if (!isInstant(known))
    throw badUserInput('所知时刻须为带时区的 ISO 8601 时刻,如 2026-11-21T09:30:00+08:00。', { argument: 'asOf' });
  if (Date.parse(known) > now.getTime())
    throw badUserInput(`所知时刻 ${known} 晚于现在,无从回答。`, { argument: 'asOf' });
  return known;
}
