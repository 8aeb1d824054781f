import type { QueryPlan, QueryPlanCache } from '@apollo/query-planner';
import { Plans } from './plans.ts';

/** What the Apollo gateway looks up before it would plan by itself. */
export class ApolloPlans implements QueryPlanCache {
  readonly kept = new Plans<QueryPlan>();

  async get(key: string): Promise<QueryPlan | undefined> {
    return this.kept.get(key);
  }

  async set(key: string, plan: QueryPlan): Promise<void> {
    this.kept.set(key, plan);
  }

  async delete(key: string): Promise<boolean> {
    return this.kept.delete(key);
  }

  clear(): void {
    this.kept.clear();
  }
}
