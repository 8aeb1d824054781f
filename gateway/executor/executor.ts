import type { ApolloServerOptionsWithGateway } from '@apollo/server';

type Gateway = ApolloServerOptionsWithGateway<Record<string, never>>['gateway'];

/** Executes one question that was parsed and validated: Apollo Server's own type of it. */
export type ExecuteQuestion = NonNullable<Awaited<ReturnType<Gateway['load']>>['executor']>;

/** A question that was parsed and validated, on its way to the departments; `context` is a QuestionContext. */
export type AcceptedQuestion = Parameters<ExecuteQuestion>[0];

export type QuestionAnswer = Awaited<ReturnType<ExecuteQuestion>>;

/** What joins the departments' answers: one small interface, so that another federation executor can take its place. */
export interface Executor {
  readonly execute: ExecuteQuestion;
}
