import { QueryPlanner } from '@graphql-hive/router-query-planner';
import { type PlanDocument, TooDeep } from './planner.ts';

/** Nothing of a schema of ours is overridden for a part of callers. */
const NO_LABELS = new Set<string>();

/** Plans for our own executor, by the planner of Hive's router (MIT, Rust). */
export function planning(supergraphSdl: string): PlanDocument {
  const planner = new QueryPlanner(supergraphSdl);
  return ({ document, operationName }) => {
    try {
      return planner.plan(document, operationName, NO_LABELS, 0);
    } catch (error) {
      // Its parser's words; everything else was validated before.
      throw String(error).includes('Recursion limit exceeded') ? new TooDeep() : error;
    }
  };
}
