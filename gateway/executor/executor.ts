import type { ApolloServerOptionsWithGateway } from '@apollo/server';

type Gateway = ApolloServerOptionsWithGateway<Record<string, never>>['gateway'];

/** Executes one question that was parsed and validated: Apollo Server's own type of it. */
export type ExecuteQuestion = NonNullable<Awaited<ReturnType<Gateway['load']>>['executor']>;

/** A question that was parsed and validated, on its way to the departments; `context` is a QuestionContext. */
export type AcceptedQuestion = Parameters<ExecuteQuestion>[0];

export type QuestionAnswer = Awaited<ReturnType<ExecuteQuestion>>;

/** The executors that there are: `@apollo/gateway`, and our own over the Rust planner of Hive's router-runtime (docs/executors.md). */
export const EXECUTORS = ['apollo', 'hive'] as const;

export type ExecutorKind = (typeof EXECUTORS)[number];

export const DEFAULT_EXECUTOR: ExecutorKind = 'hive';

/** What joins the departments' answers: one small interface, so that another federation executor can take its place. */
export interface Executor {
  readonly execute: ExecuteQuestion;
}
