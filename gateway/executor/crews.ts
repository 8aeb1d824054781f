import type { FlattenNodePathSegment, PlanNode } from '@graphql-hive/router-query-planner';
import { type Gather, gathering } from '../../platform/gathering.ts';
import { seesMoreThanPublic } from '../../platform/viewer/rights.ts';
import { factsName } from '../../platform/viewer/viewer.ts';
import { own } from './merge.ts';
import type { QuestionContext } from './question-context.ts';
import type { Values } from './values.ts';

/** A question on its way through a plan. */
interface Going {
  readonly node: PlanNode;
  readonly values: Values;
  readonly context: QuestionContext;
}

interface CrewsOptions<Run> {
  alone(run: Run): Promise<void>;
  /** Where it fails, each goes on alone from where it is. */
  together(crew: readonly Run[]): Promise<void>;
}

/** How many questions go through a plan together at most. */
const MOST = 25;

/** A question, and its way alone once it goes so. */
interface Member<Run> {
  readonly run: Run;
  going?: Promise<void>;
}

/** A plan that several may go through together. */
interface Shared<Run> {
  /** The variables that must be the same for all. */
  readonly names: readonly string[];
  readonly gather: Gather<Member<Run>, true>;
}

/**
 * Who goes through a plan together: one payer's callers who ask at once about one subject each, in the same words and with the
 * same rights. Nobody waits in another's line. What is looked at is told of a question as a whole, and a trace is one
 * question's: who sees more than the public, and who is traced, goes alone.
 */
export function crewsOf<Run extends Going>({ alone, together }: CrewsOptions<Run>): (run: Run) => Promise<void> {
  const plans = new WeakMap<PlanNode, Shared<Run> | null>();
  const sharedOf = (node: PlanNode): Shared<Run> | null => {
    const known = plans.get(node);
    if (known !== undefined) return known;
    const names = whatDecides(node);
    const gather = gathering<Member<Run>, true>({
      most: MOST,
      async alone(member) {
        member.going = alone(member.run);
        await member.going;
        return true;
      },
      async together(all) {
        await together(all.map(({ run }) => run));
        return all.map(() => true as const);
      },
    });
    const shared = names ? { names, gather } : null;
    plans.set(node, shared);
    return shared;
  };
  return async (run) => {
    const { node, values, context } = run;
    const { payer, viewer, signal, seen } = context;
    const mayGo = seen?.traceparent === undefined && !seesMoreThanPublic(viewer);
    const shared = mayGo ? sharedOf(node) : null;
    if (!shared) return alone(run);
    const decided = shared.names.map((name) => own(values, name));
    const key = `${payer}\n${factsName(viewer)}\n${JSON.stringify(decided)}`;
    const member: Member<Run> = { run };
    try {
      await shared.gather(key, member, 1, signal);
    } catch (error) {
      // Whoever leaves, or has no time left, is told what has come, and of the rest why there is none.
      if (!member.going && !signal.aborted) throw error;
      await (member.going ?? alone(run));
    }
  };
}

/**
 * The variables that a plan's way depends on once its subjects are found; undefined for one that no two questions go through
 * together: it finds several subjects, or none, or may change something.
 */
function whatDecides(node: PlanNode): readonly string[] | undefined {
  const names = new Set<string>();
  let entities = 0;
  const isOfOne = (path: readonly FlattenNodePathSegment[]): boolean => !path.includes('@');
  const look = (one: PlanNode): boolean => {
    switch (one.kind) {
      case 'Sequence':
      case 'Parallel':
        return one.nodes.every(look);
      case 'Flatten':
        return isOfOne(one.path) && look(one.node);
      case 'Condition':
        names.add(one.condition);
        return [one.ifClause, one.elseClause].every((clause) => !clause || look(clause));
      case 'Fetch':
        if (one.operationKind !== undefined && one.operationKind !== 'query') return false;
        if (one.requires) {
          entities += 1;
          for (const name of one.variableUsages ?? []) names.add(name);
        }
        return true;
      case 'BatchFetch':
        entities += 1;
        for (const name of one.variableUsages ?? []) names.add(name);
        return one.entityBatch.aliases.every(({ paths }) => paths.every(isOfOne));
      default:
        return false;
    }
  };
  return look(node) && entities > 0 ? [...names] : undefined;
}
