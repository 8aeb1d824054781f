import { createHash } from 'node:crypto';
import type { QueryPlan, QueryPlanCache } from '@apollo/query-planner';
import { print } from 'graphql';
import type { AcceptedQuestion } from './executor.ts';
import type { Planner } from './planner.ts';

/** Characters of plans that are kept. */
const KEPT = 32 * 1024 * 1024;

/** Plans by document, the latest used last to go: what the Apollo gateway looks up before it would plan by itself. */
export class Plans implements QueryPlanCache {
  readonly #kept = new Map<string, { readonly plan: QueryPlan; readonly size: number }>();
  readonly #planning = new Map<string, Promise<void>>();
  #size = 0;

  /** Makes sure that a question's plan is here, so that nobody waits while it is made. */
  async prepare(
    { document, queryHash, request: { operationName } }: AcceptedQuestion,
    planner: Planner,
    caller: string,
  ): Promise<void> {
    const key = keyOf(queryHash, operationName);
    if (this.#kept.has(key)) return;
    const planning =
      this.#planning.get(key) ??
      planner
        .plan({ document: print(document), operationName }, caller)
        .then((json) => this.#keep(key, JSON.parse(json), json.length))
        .finally(() => this.#planning.delete(key));
    this.#planning.set(key, planning);
    await planning;
  }

  async get(key: string): Promise<QueryPlan | undefined> {
    const found = this.#kept.get(key);
    if (!found) return undefined;
    this.#kept.delete(key);
    this.#kept.set(key, found);
    return found.plan;
  }

  async set(key: string, plan: QueryPlan): Promise<void> {
    this.#keep(key, plan, JSON.stringify(plan).length);
  }

  async delete(key: string): Promise<boolean> {
    this.#size -= this.#kept.get(key)?.size ?? 0;
    return this.#kept.delete(key);
  }

  clear(): void {
    this.#kept.clear();
    this.#size = 0;
  }

  #keep(key: string, plan: QueryPlan, size: number): void {
    void this.delete(key);
    this.#kept.set(key, { plan, size });
    this.#size += size;
    for (const [oldest] of this.#kept) {
      if (this.#size <= KEPT || this.#kept.size === 1) break;
      void this.delete(oldest);
    }
  }
}

/** The key under which the Apollo gateway looks for a plan. */
function keyOf(queryHash: string, operationName: string | undefined): string {
  return operationName ? createHash('sha256').update(queryHash).update(operationName).digest('hex') : queryHash;
}
