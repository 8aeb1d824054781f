import { randomUUID } from 'node:crypto';
import type { GraphQLSchema } from 'graphql';
import type { Leaving } from '../../platform/leaving.ts';
import type { Transport } from '../../platform/subgraph/transport.ts';
import type { Question } from '../../platform/viewer/token.ts';
import { anonymousViewer, dayInShanghai } from '../../platform/viewer/viewer.ts';
import { withDeadline } from './deadline.ts';
import { documentOf } from './documents.ts';
import { assertUsable } from './usable.ts';

/** The least that asks a department for something of each of its tables: whether a subject that is nobody has records. */
const LOOK = 'query Look($items: [String!]!) { recordPresence(subjects: ["000000000000000000"], items: $items) }';

/** For how long a look may take at most: whoever is back answers it in no time. */
const PATIENCE_MS = 1_000;

/** Whether a department and what it stands on answer again. @throws Error where they do not. */
export async function look(
  transport: Transport,
  items: readonly string[],
  schema: GraphQLSchema,
  now: Date,
  stopping: Leaving,
  deadlineMs: number,
): Promise<void> {
  const question: Question = { query: LOOK, variables: { items } };
  const viewer = anonymousViewer({ today: dayInShanghai(now), known: null, requestId: randomUUID() });
  const ask = (signal: Leaving) => transport.ask(question, viewer, signal);
  const answer = await withDeadline(ask, stopping, Math.min(PATIENCE_MS, deadlineMs));
  assertUsable(answer, schema, documentOf(LOOK), question, transport);
  if (answer.errors?.length) throw new Error('the department answered with an error');
}
