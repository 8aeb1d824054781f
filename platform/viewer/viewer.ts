import { LRUCache } from 'lru-cache';
import type { Granted } from './grants.ts';

/** Publicity attributes (公开属性) that a source may give a record. */
export const PUBLICITY_ATTRIBUTES = ['PUBLIC', 'AUTHORIZED', 'GOVERNMENT', 'CONFIDENTIAL'] as const;

/** Whether a code is one that a source may give. */
export function isPublicityAttribute({ code }: { readonly code: string }): boolean {
  return PUBLICITY_ATTRIBUTES.some((one) => one === code);
}

/**
 * Who may see a field or a row (architecture §6). A viewer holds a set of these: they are no ladder. What is about a natural
 * person has a level of its own: `LISTED_PERSON` where a statute orders it to be published, else `PERSONAL`.
 */
export const ACCESS_LEVELS = [...PUBLICITY_ATTRIBUTES, 'LISTED_PERSON', 'PERSONAL'] as const;
export type AccessLevel = (typeof ACCESS_LEVELS)[number];

/** Who asks from outside, by what they are to the city's credit data (requirements F220). */
export const CALLER_ROLES = [
  /** Anybody who comes without a credential. */
  'ANONYMOUS',
  /** A portal's frontend (信用网站). */
  'PORTAL',
  'ANALYST',
  /** A partner bank (信易贷合作银行). */
  'BANK',
  /** A department of the city, whose records are one of the graph's slices. */
  'DEPARTMENT',
  /** The subject itself, or who speaks for it. */
  'SUBJECT',
  /** The credit office (信用办). */
  'CREDIT_OFFICE',
  'AUDITOR',
] as const;
export type CallerRole = (typeof CALLER_ROLES)[number];

/** `INSTALLATION`: this installation's own importers and followers, which no credential makes anybody. */
export const ROLES = [...CALLER_ROLES, 'INSTALLATION'] as const;
export type Role = (typeof ROLES)[number];

/** What of a viewer is known before it asks anything: facts, from which `rights.ts` tells what may be seen. */
export interface Standing extends Granted {
  readonly role: Role;
  /** The department that the viewer is of; null where it is of none. */
  readonly department: string | null;
  /** The subject whose file is the viewer's own, proven by a real-name credential; null where there is none. */
  readonly ownSubject: string | null;
  /** The registered usage item that the question is asked for (code of the table `usage-items`); null where none is given. */
  readonly purpose: string | null;
  /** Whether that usage item's legal basis extends to natural persons (PIPL articles 13 and 34). */
  readonly coversPersons: boolean;
}

/** Who asks, and which day and instant the answer is for. The gateway signs it for each department. */
export interface Viewer extends Standing {
  /** The day of the answer, YYYY-MM-DD in Asia/Shanghai; what ended before it is not shown. */
  readonly today: string;
  /** The instant of knowledge, ISO 8601 with offset; null for now. */
  readonly known: string | null;
  /** Ties log lines of gateway and departments to one question. */
  readonly requestId: string;
  /** What the department's spans hang on (traceparent), where the question is traced. It changes no answer. */
  readonly trace?: string | undefined;
}

/** Every signed fact of who asks but the request's own id and its place in a trace: what answers may follow from, as a text. */
export function factsOf(viewer: Viewer): string {
  if (viewer !== lastFacts.viewer) {
    const { requestId: _own, trace: _place, ...signed } = viewer;
    lastFacts = { viewer, text: JSON.stringify(signed) };
  }
  return lastFacts.text;
}

/**
 * The same by a short name, which no other facts ever have in this process; of those whose facts are few. The others' are
 * their own name: however many come, none of the few is forgotten.
 */
export function factsName(viewer: Viewer): string {
  const facts = factsOf(viewer);
  if (viewer.known !== null || viewer.ownSubject !== null || viewer.grants.length > 0) return facts;
  const known = namesOfFacts.get(facts);
  if (known !== undefined) return known;
  namesGiven += 1;
  const name = namesGiven.toString(36);
  namesOfFacts.set(facts, name);
  return name;
}

let namesGiven = 0;
const namesOfFacts = new LRUCache<string, string>({ max: 2_000 });

/** A question asks several departments at once. */
let lastFacts: { readonly viewer: Viewer | undefined; readonly text: string } = { viewer: undefined, text: '' };

type AskedAt = Pick<Viewer, 'today' | 'known' | 'requestId'>;

/** Anybody who comes without a credential. */
export function anonymousViewer(question: AskedAt): Viewer {
  const nothing = { department: null, ownSubject: null, purpose: null, coversPersons: false, grants: [] };
  return { role: 'ANONYMOUS', ...nothing, ...question };
}

/** This installation's own process: registers the subjects of files with the credit office, follows the departments. */
export function installationViewer(question: Omit<AskedAt, 'known'>): Viewer {
  return { ...anonymousViewer({ known: null, ...question }), role: 'INSTALLATION' };
}

/** The calendar day in Asia/Shanghai of an instant, YYYY-MM-DD: eight hours ahead of UTC all the year since 1992. */
export function dayInShanghai(instant: Date): string {
  const day = Math.floor((instant.getTime() + 8 * 3_600_000) / 86_400_000);
  if (day !== lastDay.number) lastDay = { number: day, text: new Date(day * 86_400_000).toISOString().slice(0, 10) };
  return lastDay.text;
}

/** Every row of a file asks for the same day. */
let lastDay = { number: 0, text: '1970-01-01' };
