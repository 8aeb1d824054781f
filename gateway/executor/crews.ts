import type { FlattenNodePathSegment, PlanNode } from '@graphql-hive/router-query-planner';
import { type Gather, gathering } from '../../platform/gathering.ts';
import { seesMoreThanPublic } from '../../platform/viewer/rights.ts';
import { factsName } from '../../platform/viewer/viewer.ts';
import { documentOf } from '../departments/documents.ts';
import { MOST_TOGETHER, sharedVariables } from '../departments/merged-roots.ts';
import { OWN_SUBGRAPH } from '../own/name.ts';
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
  /** Goes through what of a plan is not done yet. */
  alone(run: Run): Promise<void>;
  /** Who has arrived with the others; the rest go on alone from where they are. Where it fails, all do. */
  together(crew: readonly Run[]): Promise<readonly boolean[]>;
}

/** A question, and its way alone once it goes so. */
interface Member<Run> {
  readonly run: Run;
  going?: Promise<void>;
}

/** A plan that several may go through together. */
interface Shared<Run> {
  /** The variables that must be the same for all. */
  readonly names: readonly string[];
  /** About how many entities one question asks a department at most: of those who go together, as many as `MOST_TOGETHER` holds. */
  readonly size: number;
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
    const decides = whatDecides(node);
    const gather = gathering<Member<Run>, true>({
      most: MOST_TOGETHER,
      async alone(member) {
        member.going = alone(member.run);
        await member.going;
        return true;
      },
      async together(all) {
        const arrived = await together(all.map(({ run }) => run));
        return arrived.map((has) => has || undefined);
      },
    });
    const shared = decides ? { ...decides, gather } : null;
    plans.set(node, shared);
    return shared;
  };
  return async (run) => {
    const { node, values, context } = run;
    const { payer, viewer, signal, seen } = context;
    const mayGo = seen?.traceparent === undefined && !seesMoreThanPublic(viewer);
    const shared = mayGo ? sharedOf(node) : null;
    if (!shared) return alone(run);
    // Who leaves a variable out is told by its default, who sends null is not.
    const decided = Object.fromEntries(shared.names.map((name) => [name, own(values, name)]));
    const key = `${payer}\n${factsName(viewer)}\n${JSON.stringify(decided)}`;
    const member: Member<Run> = { run };
    try {
      await shared.gather(key, member, shared.size, signal);
    } catch (error) {
      // Whoever leaves, or has no time left, is told what has come, and of the rest why there is none.
      if (!member.going && !signal.aborted) throw error;
      await (member.going ?? alone(run));
    }
  };
}

/**
 * What decides who goes through a plan together; undefined for one that no two questions go through together: it finds several
 * subjects, or none, or may change something.
 */
function whatDecides(node: PlanNode): Omit<Shared<unknown>, 'gather'> | undefined {
  const names = new Set<string>();
  const roots = new Set<string>();
  let size = 0;
  const areOfOne = (paths: readonly (readonly FlattenNodePathSegment[])[]): boolean => {
    size = Math.max(size, paths.length);
    for (const [root] of paths) roots.add(JSON.stringify(root));
    return !paths.some((path) => path.includes('@'));
  };
  const areShared = (all: readonly string[] | undefined): boolean => {
    for (const name of all ?? []) names.add(name);
    return all !== undefined;
  };
  const look = (one: PlanNode): boolean => {
    switch (one.kind) {
      case 'Sequence':
      case 'Parallel':
        return one.nodes.every(look);
      case 'Flatten':
        return areOfOne([one.path]) && look(one.node);
      case 'Condition':
        names.add(one.condition);
        return [one.ifClause, one.elseClause].every((clause) => !clause || look(clause));
      case 'Fetch':
        // What the gateway tells itself is each caller's own.
        if ((one.operationKind ?? 'query') !== 'query' || (!one.requires && one.serviceName === OWN_SUBGRAPH))
          return false;
        return areShared(one.requires ? (one.variableUsages ?? []) : sharedVariables(documentOf(one.operation)));
      case 'BatchFetch':
        return areShared(one.variableUsages ?? []) && areOfOne(one.entityBatch.aliases.flatMap(({ paths }) => paths));
      default:
        return false;
    }
  };
  return look(node) && roots.size === 1 && size <= MOST_TOGETHER ? { names: [...names], size } : undefined;
}
