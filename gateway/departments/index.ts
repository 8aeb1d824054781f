import type { FormattedExecutionResult } from 'graphql';
import type { Log } from '../../platform/log.ts';
import type { Transport } from '../../platform/subgraph/transport.ts';
import type { Question } from '../../platform/viewer/token.ts';
import { factsName } from '../../platform/viewer/viewer.ts';
import { restsNoted } from '../cache/rests.ts';
import { itemsIn } from '../supergraph/items.ts';
import { readSupergraph } from '../supergraph/read.ts';
import { saysSilent } from './again.ts';
import { askTogether, type Outcome } from './ask-together.ts';
import { type Asked, type Asking, askedBy } from './asked.ts';
import type { DepartmentState } from './breaker.ts';
import type { DepartmentBudgets } from './budgets.ts';
import { Left } from './deadline.ts';
import { reachDepartment } from './department.ts';
import { registeredPolicy } from './last-known-policy.ts';
import { standInFor } from './stand-in.ts';

/** All departments as one gateway's process reaches them: for the graph's questions and for its own (docs/silence.md). */
export interface Departments {
  /**
   * What a department answers, or what it last knew, where that may stand in for it: then `asking.stale` says since when.
   * @throws Error where neither is to be had.
   */
  ask(department: string, question: Question, asking: Asking): Promise<FormattedExecutionResult>;
  /**
   * What a department answers each of several callers, who ask at once in the same words, with the same rights, and pay from the
   * same account: as one question, where it can be (ask-together.ts), and else as `ask` does.
   */
  askTogether(department: string, parts: readonly Part[]): Promise<readonly Outcome[]>;
  /** What is known of a department without asking it; undefined for one that is not of this installation. */
  stateOf(department: string): DepartmentState | undefined;
  /** Looks whether a department and its database answer. @throws Error where they do not, within a second. */
  look(department: string): Promise<void>;
  stop(): void;
}

/** One of several callers' questions. */
export interface Part {
  readonly question: Question;
  readonly asking: Asking;
}

export interface DepartmentsOptions {
  readonly supergraphSdl: string;
  readonly transports: ReadonlyMap<string, Transport>;
  readonly budgets: DepartmentBudgets;
  readonly log: Log;
  readonly now: () => Date;
}

export function reachDepartments({ supergraphSdl, transports, budgets, log, now }: DepartmentsOptions): Departments {
  const { schema } = readSupergraph(supergraphSdl);
  const codes = [...itemsIn(supergraphSdl).keys()];
  const noteRests = restsNoted(schema);
  const policy = budgets.lastKnown ?? registeredPolicy(schema);
  const reached = new Map(
    [...transports].map(([name, transport]) => {
      const items = codes.filter((code) => code.startsWith(`${name}.`));
      const standIn = standInFor({ transport, schema, policy, now });
      const at = reachDepartment({ transport, schema, items, budgets, log, now, onAnswer: standIn.keep });
      return [name, { at, standIn }] as const;
    }),
  );

  const reachedAs = (department: string) => {
    const one = reached.get(department);
    if (!one) throw new Error('the department is not configured');
    return one;
  };

  async function ask(department: string, asked: Asked): Promise<FormattedExecutionResult> {
    const { at, standIn } = reachedAs(department);
    const { rests } = asked.asking;
    try {
      const answer = await at.ask(asked);
      if (rests) noteRests(rests, department, asked, answer);
      return (saysSilent(answer) ? standIn.answer(asked) : undefined) ?? answer;
    } catch (error) {
      const told = error instanceof Left ? undefined : standIn.answer(asked);
      if (told) return told;
      throw error;
    }
  }

  return {
    ask: async (department, question, asking) => ask(department, askedBy(asking, question)),
    async askTogether(department, parts) {
      const { at, standIn } = reachedAs(department);
      const [first] = parts;
      const facts = first && factsName(first.asking.viewer);
      const all = parts.map(({ question, asking }) => askedBy(asking, question, facts));
      return askTogether(all, {
        ...{ at, standIn, now },
        ask: (asked) => ask(department, asked),
        noteRests: (rests, asked, answer) => noteRests(rests, department, asked, answer),
        tell: (facts, said) => log.debug({ department, ...facts }, said),
      });
    },
    async look(department) {
      await reached.get(department)?.at.look();
    },
    stateOf: (department) => reached.get(department)?.at.state,
    stop() {
      for (const { at } of reached.values()) at.stop();
    },
  };
}
