import { buildASTSchema, type FormattedExecutionResult, parse } from 'graphql';
import type { Log } from '../../platform/log.ts';
import type { Transport } from '../../platform/subgraph/transport.ts';
import type { Question } from '../../platform/viewer/token.ts';
import type { Role } from '../../platform/viewer/viewer.ts';
import { itemsIn } from '../supergraph/items.ts';
import { saysSilent } from './again.ts';
import type { DepartmentState } from './breaker.ts';
import type { DepartmentBudgets } from './budgets.ts';
import { Left } from './deadline.ts';
import { type Asking, reachDepartment } from './department.ts';
import { documentOf } from './documents.ts';
import { type LastKnownAnswers, lastKnownAnswers } from './last-known.ts';
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
  const schema = buildASTSchema(parse(supergraphSdl, { noLocation: true }), { assumeValidSDL: true });
  const codes = [...itemsIn(supergraphSdl).keys()];
  const policy = budgets.lastKnown ?? registeredPolicy(schema);
  const kept = new Map<Role, LastKnownAnswers>();
  const keptFor = (role: Role): LastKnownAnswers => {
    const known = kept.get(role) ?? lastKnownAnswers();
    kept.set(role, known);
    return known;
  };
  const reached = new Map(
    [...transports].map(([name, transport]) => {
      const items = codes.filter((code) => code.startsWith(`${name}.`));
      const standIn = standInFor({ transport, schema, policy, keptFor, now });
      const at = reachDepartment({ transport, schema, items, budgets, log, now, onAnswer: standIn.keep });
      return [name, { at, standIn }] as const;
    }),
  );

  return {
    async ask(department, question, asking) {
      const one = reached.get(department);
      if (!one) throw new Error('the department is not configured');
      const document = documentOf(question.query);
      try {
        const answer = await one.at.ask(question, document, asking);
        return (saysSilent(answer) ? one.standIn.answer(question, document, asking) : undefined) ?? answer;
      } catch (error) {
        const told = error instanceof Left ? undefined : one.standIn.answer(question, document, asking);
        if (told) return told;
        throw error;
      }
    },
    stateOf: (department) => reached.get(department)?.at.state,
    stop() {
      for (const { at } of reached.values()) at.stop();
    },
  };
}
