import { type GraphQLSchema, getNamedType, isCompositeType, isNonNullType, isObjectType } from 'graphql';
import { ANONYMOUS } from './access/caller.ts';
import { type Audiences, createAudiences } from './audiences.ts';
import { departmentBudgets } from './departments/budgets.ts';
import { type Departments, reachDepartments } from './departments/index.ts';
import { DEFAULT_EXECUTOR } from './executor/executor.ts';
import { openExecutor } from './executor/open.ts';
import { type GatewayLimits, gatewayLimits } from './limits/index.ts';
import type { GatewayOptions } from './server.ts';
import type { StatusEdition } from './statuses.ts';

/** A supergraph as it is answered: the executor that joins it, what its questions cost, and how its audiences know it. */
export interface Edition {
  readonly supergraphSdl: string;
  readonly departments: Departments;
  readonly audiences: Audiences;
  readonly limits: GatewayLimits;
  /** The schema as anybody without a credential knows it. */
  readonly view: GraphQLSchema;
  /** Takes a request; the answer tells that it was answered. */
  enter(): () => void;
  /** Ends once the last request that it took is answered. */
  retire(): Promise<void>;
}

export type EditionOptions = GatewayOptions & { readonly statusEdition: StatusEdition };

/** @throws Error for a supergraph that cannot be joined, viewed or planned here: nothing of it is left behind. */
export async function openEdition(supergraphSdl: string, options: EditionOptions): Promise<Edition> {
  const { transports, log, now = () => new Date() } = options;
  const budgets = departmentBudgets(options.budgets, options.deadlineMs);
  const { executor: kind = DEFAULT_EXECUTOR } = options;
  const planner = options.planner?.(supergraphSdl, kind);
  const stopping: (() => Promise<void>)[] = planner ? [() => planner.stop()] : [];
  const stop = async (): Promise<void> => {
    for (const step of stopping.splice(0).reverse()) await step();
  };
  try {
    const departments = reachDepartments({ supergraphSdl, transports, budgets, log, now });
    stopping.push(async () => departments.stop());
    const { observing } = options;
    const executor = await openExecutor(kind, { supergraphSdl, transports, departments, log, observing }, planner);
    stopping.push(() => executor.stop());
    const limits = gatewayLimits(supergraphSdl, options.limits ?? {});
    const audiences = createAudiences({ ...options, supergraphSdl }, executor, limits);
    stopping.push(() => audiences.stop());
    const { view } = await audiences.of(ANONYMOUS);
    await planner?.ready;
    await planner?.plan({ document: widestProfile(view), operationName: undefined }, 'edition');
    let inHand = 0;
    let tellIdle: (() => void) | undefined;
    return {
      supergraphSdl,
      departments,
      audiences,
      limits,
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

/** A question that turns to every department that holds something of a subject. */
function widestProfile(view: GraphQLSchema): string {
  const subject = view.getType('Subject');
  const fields = isObjectType(subject) ? Object.values(subject.getFields()) : [];
  const asked = fields
    .filter(({ args }) => !args.some(({ type, defaultValue }) => isNonNullType(type) && defaultValue === undefined))
    .map(({ name, type }) => (isCompositeType(getNamedType(type)) ? `${name} { __typename }` : name));
  return `{ subject(identifier: "x") { ${asked.join(' ')} } }`;
}
