import type { IncomingMessage } from 'node:http';
import type { GraphQLSchema } from 'graphql';
import { questionTooLarge, timeBudgetExceeded } from '../../platform/errors.ts';
import type { Leave } from '../../platform/leaving.ts';
import { dayInShanghai, type Viewer } from '../../platform/viewer/viewer.ts';
import type { Caller } from '../access/caller.ts';
import type { AcceptedQuestion } from '../executor/executor.ts';
import { NO_TURNS, type Turns } from '../turns/index.ts';
import { networkOfConnection, networkReader, proxyConnections } from './address.ts';
import type { Allowances } from './allowances.ts';
import { type Bill, billing } from './bill.ts';
import { type Cost, type CostOf, costing } from './cost.ts';
import { LIMITS } from './document.ts';
import { type DryRun, dryRunOf, isDryRun } from './dry-run.ts';
import { checkLimits, type LimitsOf, registeredLimits } from './limits.ts';
import { fieldSources } from './sources.ts';
import { type TrustedDocuments, trustedDocuments } from './trusted-documents.ts';
import { withheldBy } from './withheld.ts';

export interface LimitsOptions {
  /** Rate and quota; without it nobody's questions are counted. */
  readonly allowances?: Allowances | undefined;
  /** The key of the hashes under which addresses and persons are counted. */
  readonly secret?: Uint8Array | undefined;
  /** A caller's limits, where they are others than those of its role and its client's registered quota. */
  readonly limitsOf?: LimitsOf | undefined;
  /** Who waits for whom; without it nobody does. */
  readonly turns?: Turns | undefined;
  readonly trusted?: TrustedDocuments | undefined;
  /** Addresses or networks (CIDR) of the operator's own proxies, whose `X-Forwarded-For` is believed. */
  readonly trustedProxies?: readonly string[] | undefined;
  /** The time for a whole answer, in place of the role's. */
  readonly milliseconds?: number | undefined;
}

/** What the limits know of one request, from its arrival on. */
export interface Arrival {
  readonly caller: Caller;
  readonly bill: Bill;
  readonly isDryRun: boolean;
  /** Whose turn it is, where questions wait for each other. */
  readonly payer: string;
  /** Where it came from. */
  readonly network: string;
  /** What a dry run found. */
  dryRun: DryRun | undefined;
  /** Whether nothing of it was answered; settled when the answer is told. */
  isRefused: boolean;
  /** Whether a question that costs this much should be answered elsewhere; without it none should. */
  mayBeHandedOver?: ((cost: Cost) => boolean) | undefined;
  /** Whether it is to be answered elsewhere; nothing was charged for it here beyond its arrival. */
  isHandedOver: boolean;
}

/** The limits of a gateway: what each request may ask, what it costs and how long it may take. */
export function gatewayLimits(supergraphSdl: string, options: LimitsOptions) {
  const { limitsOf = registeredLimits } = options;
  if (limitsOf === registeredLimits) checkLimits(dayInShanghai(new Date()));
  const withheldFrom = withheldBy(supergraphSdl);
  const { trusted = trustedDocuments(undefined) } = options;
  const sources = fieldSources(supergraphSdl);
  const costs = new WeakMap<GraphQLSchema, CostOf>();
  const networkOf = networkReader(options.trustedProxies ?? []);
  const billOf = billing(options.allowances, options.secret);
  const { turns = NO_TURNS } = options;
  return {
    trusted,
    turns,
    /** A door before those who listen. */
    door: () => turns.door({ passes: proxyConnections(options.trustedProxies ?? []), networkOf: networkOfConnection }),
    /** Begins a request on a day, YYYY-MM-DD. @throws Refusal for a dry run that is none. */
    arrive(request: IncomingMessage, caller: Caller, day: string): Arrival {
      const network = networkOf(request);
      const bill = billOf(caller, network, limitsOf(caller, day));
      const payer = caller.client ?? network;
      const settled = { dryRun: undefined, isRefused: false, isHandedOver: false };
      return { caller, bill, network, payer, isDryRun: isDryRun(request), ...settled };
    },
    /** Ends a question with `TIME_BUDGET_EXCEEDED` when its time is over; to be cleared when it is answered. */
    startClock({ bill }: Arrival, question: Leave): NodeJS.Timeout {
      const milliseconds = options.milliseconds ?? bill.limits.milliseconds;
      return setTimeout(() => question.abort(timeBudgetExceeded(milliseconds)), milliseconds);
    },
    /**
     * Charges a valid question what it costs; of a dry run it says what it would do and charges nothing more.
     * @throws Refusal `QUESTION_TOO_LARGE`, `RATE_LIMITED` or `QUOTA_EXCEEDED`.
     */
    async charge(
      view: GraphQLSchema,
      question: AcceptedQuestion,
      values: Readonly<Record<string, unknown>>,
      arrival: Arrival,
      viewer: Viewer,
    ): Promise<void> {
      const costOf = costs.get(view) ?? costing(view, sources);
      costs.set(view, costOf);
      const cost = costOf(question, values);
      arrival.isHandedOver = !arrival.isDryRun && arrival.mayBeHandedOver?.(cost) === true;
      if (arrival.isHandedOver) return;
      if (arrival.isDryRun) arrival.dryRun = dryRunOf(cost, viewer, withheldFrom);
      const turns = [...cost.departments.values()].reduce((sum, count) => sum + count, 0);
      if (turns > LIMITS.turns && !arrival.isDryRun)
        throw questionTooLarge(
          `此问转向各部门 ${turns} 次,超过 ${LIMITS.turns} 次的上限。请减少别名与嵌套,或分成几次。`,
          {
            limit: LIMITS.turns,
          },
        );
      await arrival.bill.charge(cost, arrival.isDryRun);
    },
  };
}

export type GatewayLimits = ReturnType<typeof gatewayLimits>;
