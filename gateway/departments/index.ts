import type { FormattedExecutionResult } from 'graphql';
import type { Log } from '../../platform/log.ts';
import type { Transport } from '../../platform/subgraph/transport.ts';
import type { Question } from '../../platform/viewer/token.ts';
import { restsNoted } from '../cache/rests.ts';
import { itemsIn } from '../supergraph/items.ts';
import { readSupergraph } from '../supergraph/read.ts';
import { saysSilent } from './again.ts';
import { type Asking, askedBy } from './asked.ts';
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
  /** What is known of a department without asking it; undefined for one that is not of this installation. */
  stateOf(department: string): DepartmentState | undefined;
  /** Looks whether a department and its database answer. @throws Error where they do not, within a second. */
  look(department: string): Promise<void>;
  stop(): void;
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

  return {
    async ask(department, question, asking) {
      const one = reached.get(department);
      if (!one) throw new Error('the department is not configured');
      const asked = askedBy(asking, question);
      try {
        const answer = await one.at.ask(asked);
        if (asking.rests) noteRests(asking.rests, department, asked, answer);
        return (saysSilent(answer) ? one.standIn.answer(asked) : undefined) ?? answer;
      } catch (error) {
        const told = error instanceof Left ? undefined : one.standIn.answer(asked);
        if (told) return told;
        throw error;
      }
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
