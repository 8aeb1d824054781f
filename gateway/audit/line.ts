import type { Look } from '../../platform/records/looks.ts';
import type { LoanPurpose } from '../authorizations/authorization.ts';
import type { DecisionBasis } from '../authorizations/representative.ts';
import { canonical } from './canonical.ts';
import type { Digest } from './digest.ts';
import type { ToldVerdicts } from './told-verdicts.ts';

/** Who asked: never a person by name or number. */
export interface Asker {
  readonly client: string | null;
  readonly role: string;
  readonly organisation: { readonly name: string; readonly creditCode: string | null } | null;
  readonly department: string | null;
  /** The subject whose file is the caller's own: a credit code, or a natural person's pseudonym. */
  readonly ownSubject: string | null;
}

/** How a question ended. */
export const OUTCOMES = ['ANSWERED', 'PARTIAL', 'REFUSED', 'FAILED', 'TIMED_OUT', 'ABORTED'] as const;
export type Outcome = (typeof OUTCOMES)[number];

interface Said {
  /** The instant by this instance's clock; the order of lines is their sequence's. */
  readonly at: string;
  /** The caller's or our id of the request, under which the answer is found again. */
  readonly request: string;
  readonly who: Asker;
  /** Code of the usage item, or null. */
  readonly purpose: string | null;
  /** Ids of the authorizations that the question rests on. */
  readonly authorizations: readonly string[];
}

/** How lines of questions are written now. */
export const LINE_VERSION = 2 as const;

/** What is asked, by its hashes; variables under a key that the asker alone is told (receipt.ts). */
export interface AskedHashes {
  /** 2: lines that say which operation of the document was asked for. Those of before have neither. */
  readonly version?: typeof LINE_VERSION | undefined;
  readonly document: string;
  /** The hash of `operationName`; null where none was named. */
  readonly operation?: string | null | undefined;
  readonly variables: string;
  /** The instant of knowledge, or null for now. */
  readonly asOf: string | null;
}

/** Committed before any department is asked. */
export interface Intent extends Said, AskedHashes {
  readonly kind: 'INTENT';
  /** Ours, unguessable: ties intent, outcome and receipt. */
  readonly question: string;
}

/** Committed before the answer's first byte leaves. */
export interface OutcomeLine extends Said, AskedHashes {
  readonly kind: 'OUTCOME';
  readonly question: string;
  readonly outcome: Outcome;
  /** How often each code stands among the answer's errors. */
  readonly codes: Readonly<Record<string, number>>;
  /** Departments that did not answer. */
  readonly silent: readonly string[];
  readonly looks: readonly Look[];
  /** What became of each company that a package was asked of, if any was. */
  readonly packages?: readonly PackageLook[] | undefined;
  /** The verdicts that the answer told, if any. */
  readonly verdicts?: ToldVerdicts | undefined;
  /** Hash of the answer's data and errors. */
  readonly answer: string;
  /** What the receipt's payload was signed with. */
  readonly signature: { readonly algorithm: string; readonly key: string; readonly value: string };
}

/** One company of `financingPackages`; null where it is not known, or no authorization was named. */
export interface PackageLook {
  readonly subject: string | null;
  readonly authorization: string | null;
  readonly outcome: string;
}

/** A registered client's question that was refused before it could see more than the public. */
export interface RefusalLine extends Said {
  readonly kind: 'REFUSAL';
  readonly codes: Readonly<Record<string, number>>;
}

/** More subjects of one client within an hour than the table `bulk-look-rules` has. */
export interface AlarmLine extends Said {
  readonly kind: 'ALARM';
  readonly alarm: 'BULK_LOOKS';
  readonly subjects: number;
  readonly most: number;
  /** Whether the client is refused from here on what is not public, until fewer stand in the hour. */
  readonly isStopped: boolean;
}

/** What was done with an authorization, by whom, and what it covers. */
export interface ChangeLine extends Said {
  readonly kind: 'CHANGE';
  readonly change: 'REQUEST' | 'GRANT' | 'DECLINE' | 'REVOKE';
  readonly subject: string;
  /** The client that asked for it. */
  readonly grantee: string;
  readonly blocks: readonly string[];
  readonly items: readonly string[];
  readonly until: string;
  readonly isContinuous: boolean;
  /** PRE_LOAN, IN_LOAN, POST_LOAN; lines of before do not say it. */
  readonly loanPurpose?: LoanPurpose | undefined;
  /** What a company's decision rests on: its registration, a delegation, the issuer's word. Lines from before there was more than that word have none. */
  readonly basis?: DecisionBasis | undefined;
}

export type Body = Intent | OutcomeLine | RefusalLine | AlarmLine | ChangeLine;

/** A line of the chain: its place, the hash of the line before it, what it says, and the hash of all three. */
export interface Line {
  readonly sequence: number;
  readonly previous: string;
  readonly body: Body;
  readonly hash: string;
}

/** What the first line has in place of a hash. */
export const GENESIS = 'genesis';

/** Puts what is to be said behind a line. */
export function sealed(body: Body, before: Pick<Line, 'sequence' | 'hash'>, digest: Digest): Line {
  const place = { sequence: before.sequence + 1, previous: before.hash };
  return { ...place, body, hash: hashOf({ ...place, body }, digest) };
}

export function hashOf({ sequence, previous, body }: Omit<Line, 'hash'>, digest: Digest): string {
  return digest.of(canonical({ sequence, previous, body }));
}
