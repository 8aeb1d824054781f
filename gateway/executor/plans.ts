import { createHash } from 'node:crypto';
import { print } from 'graphql';
import type { AcceptedQuestion } from './executor.ts';
import type { Planner } from './planner.ts';

/** Characters of plans that are kept. */
const KEPT = 32 * 1024 * 1024;

type Planned = Pick<AcceptedQuestion, 'document' | 'queryHash' | 'request'>;

/** Plans by document, the latest used last to go. */
export class Plans<Plan extends object> {
  readonly #kept = new Map<string, { readonly plan: Plan; readonly size: number }>();
  readonly #planning = new Map<string, Promise<void>>();
  #size = 0;

  of({ queryHash, request }: Pick<Planned, 'queryHash' | 'request'>): Plan | undefined {
    return this.get(keyOf(queryHash, request.operationName));
  }

  /** Makes sure that a question's plan is here, so that nobody waits while it is made. */
  async prepare(
    { document, queryHash, request: { operationName } }: Planned,
    planner: Planner,
    caller: string,
  ): Promise<void> {
    const key = keyOf(queryHash, operationName);
    if (this.#kept.has(key)) return;
    const planning =
      this.#planning.get(key) ??
      planner
        .plan({ document: print(document), operationName }, caller)
        .then((json) => this.set(key, JSON.parse(json), json.length))
        .finally(() => this.#planning.delete(key));
    this.#planning.set(key, planning);
    await planning;
  }

  get(key: string): Plan | undefined {
    const found = this.#kept.get(key);
    if (!found) return undefined;
    this.#kept.delete(key);
    this.#kept.set(key, found);
    return found.plan;
  }

  set(key: string, plan: Plan, size = JSON.stringify(plan).length): void {
    this.delete(key);
    this.#kept.set(key, { plan, size });
    this.#size += size;
    for (const [oldest] of this.#kept) {
      if (this.#size <= KEPT || this.#kept.size === 1) break;
      this.delete(oldest);
    }
  }

  delete(key: string): boolean {
    this.#size -= this.#kept.get(key)?.size ?? 0;
    return this.#kept.delete(key);
  }

  clear(): void {
    this.#kept.clear();
    this.#size = 0;
  }
}

/** The key under which the Apollo gateway looks for a plan. */
function keyOf(queryHash: string, operationName: string | undefined): string {
  return operationName ? createHash('sha256').update(queryHash).update(operationName).digest('hex') : queryHash;
}
