import { operationFromDocument, Supergraph } from '@apollo/federation-internals';
import { QueryPlanner } from '@apollo/query-planner';
import { parse } from 'graphql';
import type { PlanDocument } from './planner.ts';

/** Plans for `@apollo/gateway`, by its own planner. */
export function planning(supergraphSdl: string): PlanDocument {
  const supergraph = Supergraph.build(supergraphSdl);
  const schema = supergraph.apiSchema();
  const planner = new QueryPlanner(supergraph, {});
  return ({ document, operationName }) => {
    const named = operationName === undefined ? {} : { operationName };
    return planner.buildQueryPlan(operationFromDocument(schema, parse(document, { noLocation: true }), named));
  };
}
