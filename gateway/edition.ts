import { createHash } from 'node:crypto';
import type { GraphQLSchema } from 'graphql';
import { ANONYMOUS } from './access/caller.ts';
import { type Audiences, createAudiences } from './audiences.ts';
import { departmentBudgets } from './departments/budgets.ts';
import { type Departments, reachDepartments } from './departments/index.ts';
import { DEFAULT_EXECUTOR } from './executor/executor.ts';
import { openExecutor } from './executor/open.ts';
import { ownPlanner } from './executor/planner.ts';
import { Plans } from './executor/plans.ts';
import { widestProfile } from './executor/widest-profile.ts';
import { type GatewayLimits, gatewayLimits } from './limits/index.ts';
import { inPieces } from './pieces.ts';
import type { GatewayOptions } from './server.ts';
import type { StatusEdition } from './statuses.ts';
import { readSupergraph } from './supergraph/read.ts';

/** A supergraph as it is answered: the executor that joins it, what its questions cost, and how its audiences know it. */
export interface Edition {
  /** By what its supergraph is told from others, in all processes alike. */
  readonly name: string;
  readonly departments: Departments;
  readonly audiences: Audiences;
  readonly limits: GatewayLimits;
  readonly plans: Plans;
  /** The schema as anybody without a credential knows it. */
  readonly view: GraphQLSchema;
  /** Takes a request; the answer tells that it was answered. */
  enter(): () => void;
  /** Ends once the last request that it took is answered. */
  retire(): Promise<void>;
}

export type EditionOptions = GatewayOptions & { readonly statusEdition: StatusEdition };

/** Of what was asked of the edition before, so many plans are made before the first question. */
const PREPARED = 50;
/** For so long at most. */
const PREPARING_MS = 10_000;

/**
 * Opens an edition beside the one that serves: what takes long is done in the planner's thread, the rest piece by piece, and
 * what the one before was asked is planned already, so that whoever asks meanwhile and next waits for none of it.
 * @throws Error for a supergraph that cannot be joined, viewed or planned here: nothing of it is left behind.
 */
export async function openEdition(
  supergraphSdl: string,
  options: EditionOptions,
  before?: Pick<Edition, 'audiences' | 'plans'>,
): Promise<Edition> {
  const { transports, log, observing, now = () => new Date() } = options;
  const piece = inPieces(options.onPiece);
  const budgets = departmentBudgets(options.budgets, options.deadlineMs);
  const { executor: kind = DEFAULT_EXECUTOR } = options;
  const planner = options.planner?.(supergraphSdl) ?? (await ownPlanner(supergraphSdl, kind));
  const stopping: (() => Promise<void>)[] = [() => planner.stop()];
  const stop = async (): Promise<void> => {
    for (const step of stopping.splice(0).reverse()) await step();
  };
  try {
    const read = readSupergraph(supergraphSdl, await planner.ready);
    await piece('document', () => read.document);
    await piece('schema', () => read.schema);
    await piece('marks', () => read.marks);
    await piece('api', () => read.api);
    const departments = await piece('departments', () =>
      reachDepartments({ supergraphSdl, transports, budgets, log, now }),
    );
    stopping.push(async () => departments.stop());
    const plans = new Plans(planner);
    const executor = await piece('executor', () =>
      openExecutor(kind, { supergraphSdl, transports, departments, plans, log, observing }),
    );
    const limits = await piece('limits', () => gatewayLimits(supergraphSdl, options.limits ?? {}));
    const audiences = createAudiences({ ...options, supergraphSdl }, executor, limits);
    stopping.push(() => audiences.stop());
    const { view } = await piece('audience', () => audiences.of(ANONYMOUS));
    for (const caller of before?.audiences.known ?? []) await piece('audience', () => audiences.of(caller));
    await planner.plan({ document: widestProfile(view), operationName: undefined }, 'edition');
    const until = performance.now() + PREPARING_MS;
    for (const asked of before?.plans.latest(PREPARED) ?? [])
      if (performance.now() < until) await piece('plan', () => plans.prepare(asked));
    let inHand = 0;
    let tellIdle: (() => void) | undefined;
    return {
      name: createHash('sha256').update(supergraphSdl).digest('base64url'),
      departments,
      audiences,
      limits,
      plans,
      view,
      enter() {
        inHand += 1;
        return () => {
          inHand -= 1;
          if (inHand === 0) tellIdle?.();
        };
      },
      async retire() {
        if (inHand > 0)
          await new Promise<void>((resolve) => {
            tellIdle = resolve;
          });
        await stop();
      },
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
