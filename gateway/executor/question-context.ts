import type { IncomingMessage } from 'node:http';
import type { GraphQLSchema } from 'graphql';
import type { Leaving } from '../../platform/leaving.ts';
import type { Viewer } from '../../platform/viewer/viewer.ts';
import type { Caller } from '../access/caller.ts';
import type { UsageItem } from '../access/purpose.ts';
import type { AuditAnswers } from '../audit/answer.ts';
import type { Trace } from '../audit/trace.ts';
import type { SaidOfPackages } from '../authorizations/late-silence.ts';
import type { Presented } from '../authorizations/presented.ts';
import type { Authorizations } from '../authorizations/service.ts';
import type { Rests } from '../cache/rests.ts';
import type { Bill } from '../limits/bill.ts';
import type { Seen } from '../observing/seen.ts';

/** What the gateway knows of one question while it is answered. */
export interface QuestionContext {
  readonly viewer: Viewer;
  readonly caller: Caller;
  /** The schema as the caller knows it. */
  readonly view: GraphQLSchema;
  readonly purpose: UsageItem | null;
  /** What the question is charged, and what is left. */
  readonly bill: Pick<Bill, 'limits' | 'left'>;
  /** Aborted when the caller has left, or with a Refusal when the time for the whole answer is over. */
  readonly signal: Leaving;
  /** Whose turn it is, where questions wait for each other. */
  readonly payer: string;
  /** Which departments did not answer, for the log line. */
  readonly silent: Set<string>;
  /** For which departments stands what they last knew, and the earliest instant that it is of. One that is silent as well left a part unanswered. */
  readonly stale: Map<string, Date>;
  /** What the question leaves behind; none where the gateway keeps no audit chain. */
  readonly trace?: Trace | undefined;
  /** What is seen of the question, for the log, figures and traces. */
  readonly seen?: Seen | undefined;
  /** What the answer rests on, where it is to be kept. */
  readonly rests?: Rests | undefined;
  /** What the audit chain answers those who may ask it. */
  readonly audit?: AuditAnswers | undefined;
  readonly request: IncomingMessage;
  readonly now: () => Date;
  /** Where authorizations are kept; without it there are none. */
  readonly authorizing: Authorizations | undefined;
  /** The authorizations that the question presents. */
  readonly presented: Presented;
  /** What verdicts said before all departments had answered. */
  readonly said: SaidByVerdicts;
}

export interface SaidByVerdicts {
  /** What was said of packages, by their name in the answer. */
  readonly packages: Map<string, SaidOfPackages>;
  /** Authorizations whose packages departments have answered. */
  readonly answered: Set<string>;
  /** Of the verdicts of each subject, in their order, the department; undefined where none were asked for. */
  verdicts?: readonly string[] | undefined;
}
