import { QueryPlanner } from '@graphql-hive/router-query-planner';
import type { PlanDocument } from './planner.ts';

/** Nothing of a schema of ours is overridden for a part of callers. */
const NO_LABELS = new Set<string>();

/** Plans for our own executor, by the planner of Hive's router (MIT, Rust). */
export function planning(supergraphSdl: string): PlanDocument {
  const planner = new QueryPlanner(supergraphSdl);
  return ({ document, operationName }) => planner.plan(document, operationName, NO_LABELS, 0);
}
