import { operationFromDocument, Supergraph } from '@apollo/federation-internals';
import { QueryPlanner } from '@apollo/query-planner';
import { parse } from 'graphql';
import { apiSdlOf } from '../supergraph/api.ts';
import type { Planning } from './planning.ts';

/** Plans for what carries them out of `@apollo/gateway`, by its own planner. @throws Error for a supergraph that cannot be joined or planned. */
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
