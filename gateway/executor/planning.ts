import { operationFromDocument, Supergraph } from '@apollo/federation-internals';
import { QueryPlanner } from '@apollo/query-planner';
import { parse } from 'graphql';
import { apiSdlOf } from '../supergraph/api.ts';

/** A document whose plan is wanted. */
export interface PlanAsked {
  readonly document: string;
  readonly operationName: string | undefined;
}

/** What it takes to plan a supergraph's questions; making it takes a second of one processor. */
export interface Planning {
  /** What callers of all levels together can ask for. */
  readonly apiSdl: string;
  /** The query plan as JSON. @throws Error for a document that the supergraph cannot answer. */
  plan(asked: PlanAsked): string;
}

/** @throws Error for a supergraph that cannot be joined or planned. */
export function planningOf(supergraphSdl: string): Planning {
  const supergraph = Supergraph.build(supergraphSdl);
  const schema = supergraph.apiSchema();
  const planner = new QueryPlanner(supergraph, {});
  return {
    apiSdl: apiSdlOf(supergraph),
    plan({ document, operationName }) {
      const options = operationName === undefined ? {} : { operationName };
      const operation = operationFromDocument(schema, parse(document, { noLocation: true }), options);
      return JSON.stringify(planner.buildQueryPlan(operation));
    },
  };
}
