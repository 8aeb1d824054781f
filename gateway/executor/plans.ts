import { createHash } from 'node:crypto';
import { print } from 'graphql';
import type { AcceptedQuestion } from './executor.ts';
import type { Planner } from './planner.ts';
import type { PlanAsked } from './planning.ts';
import { reallyAsked } from './really-asked.ts';

/** Characters of plans that are kept: some six hundred profiles, which take half as much again. */
const KEPT = 12 * 1024 * 1024;

/** A plan that was made, and what for. */
interface Planned {
  readonly key: string;
  readonly asked: PlanAsked;
  readonly plan: object;
  readonly size: number;
}

/** Plans by document, in the words of the executor that carries them out; the latest used last to go. */
export class Plans {
  readonly #planner: Pick<Planner, 'plan'>;
  readonly #kept = new Map<string, Planned>();
  readonly #planning = new Map<string, Promise<Planned>>();
  #size = 0;

  constructor(planner: Pick<Planner, 'plan'>) {
    this.#planner = planner;
  }

  /** A question's plan, made where it is not here. */
  async of(question: AcceptedQuestion, caller: string): Promise<object> {
    const { queryHash, request } = question;
    const { operationName } = request;
    const { choice, document } = reallyAsked(question);
    const key =
      operationName || choice
        ? createHash('sha256')
            .update(JSON.stringify([queryHash, operationName, choice]))
            .digest('hex')
        : queryHash;
    const kept = this.#kept.get(key);
    if (kept) {
      this.#kept.delete(key);
      this.#kept.set(key, kept);
      return kept.plan;
    }
    const { plan } = await this.#make(key, () => ({ document: print(document()), operationName }), caller);
    return plan;
  }

  /** What was asked last, the latest first. */
  latest(most: number): readonly Pick<Planned, 'key' | 'asked'>[] {
    return [...this.#kept.values()].slice(-most).reverse();
  }

  /** Makes a plan before anybody asks for it; whether it could be made. */
  async prepare({ key, asked }: Pick<Planned, 'key' | 'asked'>): Promise<boolean> {
    return this.#make(key, () => asked, 'edition').then(
      () => true,
      () => false,
    );
  }

  async #make(key: string, asked: () => PlanAsked, caller: string): Promise<Planned> {
    const planning = this.#planning.get(key) ?? this.#plan(key, asked(), caller);
    this.#planning.set(key, planning);
    return planning;
  }

  async #plan(key: string, asked: PlanAsked, caller: string): Promise<Planned> {
    try {
      const json = await this.#planner.plan(asked, caller);
      const size = json.length + asked.document.length;
      return this.#keep({ key, asked, plan: JSON.parse(json) as object, size });
    } finally {
      this.#planning.delete(key);
    }
  }

  #keep(planned: Planned): Planned {
    this.#kept.set(planned.key, planned);
    this.#size += planned.size;
    for (const [oldest, { size }] of this.#kept) {
      if (this.#size <= KEPT || this.#kept.size === 1) break;
      this.#kept.delete(oldest);
      this.#size -= size;
    }
    return planned;
  }
}
