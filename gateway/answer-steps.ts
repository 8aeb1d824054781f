import type { ApolloServerPlugin, BaseContext, GraphQLRequestContextWillSendResponse } from '@apollo/server';

/** An answer that is about to be told as a whole, and what is told beside it. */
export interface LeavingAnswer<Context> {
  readonly contextValue: Context;
  readonly operation: GraphQLRequestContextWillSendResponse<BaseContext>['operation'];
  readonly http: GraphQLRequestContextWillSendResponse<BaseContext>['response']['http'];
  /** `body.singleResult` may be changed, or another put in its place. */
  readonly body: Extract<GraphQLRequestContextWillSendResponse<BaseContext>['response']['body'], { kind: 'single' }>;
}

/** Puts something into an answer, or takes note of it. */
export type AnswerStep<Context> = (answer: LeavingAnswer<Context>) => Promise<void> | void;

/**
 * Steps that each answer goes through before it leaves, one after the other: each finds what those before it made of it. One
 * plugin, since Apollo Server makes five promises a plugin for each question.
 */
export function stepsBeforeLeaving<Context extends BaseContext>(
  steps: readonly AnswerStep<Context>[],
): ApolloServerPlugin<Context> {
  const listener = {
    async willSendResponse(given: GraphQLRequestContextWillSendResponse<Context>): Promise<void> {
      const { response, contextValue } = given;
      const { body, http } = response;
      if (body.kind !== 'single') return;
      const answer = { contextValue, operation: given.operation, http, body };
      for (const step of steps) {
        const later = step(answer);
        if (later) await later;
      }
    },
  };
  return { requestDidStart: async () => listener };
}
