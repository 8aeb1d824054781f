import type { Refusal } from '../../platform/errors.ts';
import type { Traceparent } from '../../platform/observing/traceparent.ts';
import type { Caller } from '../access/caller.ts';
import { codesOf } from '../audit/trace.ts';
import { documentHash, nameInLog } from './operations.ts';

/** How a department's part of a question ended. `stale`: an earlier answer stands in for the one that did not come. */
export type DepartmentOutcome = 'answered' | 'stale' | 'silent' | 'left';

const WORST: readonly DepartmentOutcome[] = ['answered', 'stale', 'left', 'silent'];

interface DepartmentSeen {
  readonly asks: number;
  /** Of all asks together. */
  readonly ms: number;
  readonly outcome: DepartmentOutcome;
}

/** What is noted of a question while it is answered: names of ours, hashes, counts and codes. */
export interface Facts {
  kind?: string | undefined;
  operation?: string | undefined;
  operationHash?: string | undefined;
  cost?: number | undefined;
  /** Subjects that were looked for with more rights than the public's. */
  subjects?: number | undefined;
  isRefused?: boolean | undefined;
  /** Whether it is an answer that was kept. */
  wasKept?: boolean | undefined;
  codes: Readonly<Record<string, number>>;
  readonly departments: Record<string, DepartmentSeen>;
}

/** One question as it is seen, from its arrival until its connection has taken the answer or is gone. */
export interface Seen {
  readonly facts: Facts;
  /** Whether anybody is told; where nobody is, nothing need be noted. */
  readonly isHeard: boolean;
  /** What spans of this question hang on; undefined where it is not traced. */
  readonly traceparent: Traceparent | undefined;
  /** Does some of the work under a span of that name, where the question is traced; `traceparent` is that span's. */
  under<T>(name: string, work: (traceparent: Traceparent | undefined) => Promise<T>): Promise<T>;
  /** Who asks, once that is known. */
  from(arrival: Arrived): void;
  department(name: string, milliseconds: number, outcome: DepartmentOutcome): void;
  /** Tells the process that handed the question over what was seen of it, in a header. */
  tellOn(response: { setHeader(name: string, value: string): unknown; readonly headersSent: boolean }): void;
}

export interface Arrived {
  readonly caller: Caller;
  readonly bill: { readonly told: { readonly requested: number } };
}

export const nothingYet = (): Facts => ({ codes: {}, departments: {} });

export function noteDocument({ facts, isHeard }: Seen, text: unknown): void {
  if (isHeard && typeof text === 'string') facts.operationHash = documentHash(text);
}

export function noteOperation(
  facts: Facts,
  operation: { readonly operation: string; readonly name?: { readonly value: string } | undefined } | undefined,
): void {
  facts.kind = operation?.operation;
  facts.operation = nameInLog(operation?.name?.value);
}

export function noteAnswer(facts: Facts, answer: Parameters<typeof codesOf>[0]): void {
  facts.codes = codesOf(answer);
  facts.isRefused = !answer.data && Object.keys(facts.codes).length > 0;
}

export function noteRefusal(facts: Facts, refusal: Pick<Refusal, 'extensions'> | undefined): void {
  facts.codes = { [String(refusal?.extensions.code ?? 'INTERNAL_SERVER_ERROR')]: 1 };
  facts.isRefused = true;
}

export function noteDepartment(
  { departments }: Facts,
  name: string,
  milliseconds: number,
  outcome: DepartmentOutcome,
): void {
  const before = departments[name];
  const asks = (before?.asks ?? 0) + 1;
  const ms = (before?.ms ?? 0) + milliseconds;
  const worst = WORST.indexOf(outcome) > WORST.indexOf(before?.outcome ?? 'answered') ? outcome : before?.outcome;
  departments[name] = { asks, ms: Math.round(ms), outcome: worst ?? outcome };
}

/** The header in which the second process tells the first; no caller ever gets it. */
export const SEEN_HEADER = 'credit-graph-seen';

export function toHeader(facts: Facts): string {
  return Buffer.from(JSON.stringify(facts)).toString('base64url');
}

/** What the second process told takes the place of what the first could see. */
export function fromHeader(facts: Facts, header: unknown): void {
  try {
    Object.assign(facts, JSON.parse(Buffer.from(String(header), 'base64url').toString()));
  } catch {
    // It ended before it could tell.
  }
}
