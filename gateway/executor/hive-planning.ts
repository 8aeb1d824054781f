import { QueryPlanner } from '@graphql-hive/router-query-planner';
import { apiSdlOf } from '../supergraph/api.ts';
import { asksForNothing } from './asks-for-nothing.ts';
import { type Planning, TooDeep } from './planning.ts';

/** Nothing of a schema of ours is overridden for a part of callers. */
const NO_LABELS = new Set<string>();

/** It has no plan for what asks for nothing. */
const NOTHING = JSON.stringify({ kind: 'QueryPlan' });

/** Plans for our own executor, by the planner of Hive's router (MIT, Rust). @throws Error for a supergraph that cannot be joined or planned. */
export function planningOf(supergraphSdl: string): Planning {
  const planner = new QueryPlanner(supergraphSdl);
  return {
    apiSdl: apiSdlOf(supergraphSdl),
    plan(asked) {
      const { document, operationName } = asked;
      if (asksForNothing(asked)) return NOTHING;
      try {
        return JSON.stringify(planner.plan(document, operationName, NO_LABELS, 0));
      } catch (error) {
        // Its parser's words; everything else was validated before.
        throw String(error).includes('Recursion limit exceeded') ? new TooDeep() : error;
      }
    },
  };
}
