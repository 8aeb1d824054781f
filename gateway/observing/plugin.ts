import type { ApolloServerPlugin } from '@apollo/server';
import type { CallerContext } from '../facing.ts';
import { noteAnswer, noteOperation } from './seen.ts';

/** Notes of each answer what kind of question it is for and which errors are in it. It comes last: others may change them. */
export function notingAnswers(): ApolloServerPlugin<CallerContext> {
  return {
    requestDidStart: async () => ({
      async willSendResponse({ operation, response: { body }, contextValue: { seen, trace } }) {
        if (!seen || body.kind !== 'single') return;
        noteOperation(seen.facts, operation);
        noteAnswer(seen.facts, body.singleResult);
        seen.facts.subjects = trace?.subjects;
      },
    }),
  };
}
