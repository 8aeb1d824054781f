/** Publicity attributes of fields and rows (architecture §6). A viewer holds a set of them: they are no ladder. */
export const ACCESS_LEVELS = ['PUBLIC', 'AUTHORIZED', 'GOVERNMENT', 'CONFIDENTIAL'] as const;
export type AccessLevel = (typeof ACCESS_LEVELS)[number];

/** As whom callers of the gateway ask. */
export type CallerRole =
  | 'ANONYMOUS'
  | 'PORTAL'
  | 'ANALYST'
  | 'BANK'
  | 'DEPARTMENT'
  | 'SUBJECT'
  | 'CREDIT_OFFICE'
  | 'AUDITOR';

/** Who may ask. Further roles come with their credentials; without one, everybody is an anonymous portal visitor. */
export type Role = 'ANONYMOUS' | 'DEPARTMENT';

/** Who asks, what they may see and which day and instant the answer is for. The gateway signs it for each department. */
export interface Viewer {
  readonly role: Role;
  /** The levels of fields and rows that this viewer may see. */
  readonly levels: readonly AccessLevel[];
  /** The day of the answer, YYYY-MM-DD in Asia/Shanghai; what ended before it is not shown. */
  readonly today: string;
  /** The instant of knowledge, ISO 8601 with offset; null for now. */
  readonly known: string | null;
  /** Ties log lines of gateway and departments to one question. */
  readonly requestId: string;
}

/** Anybody who comes without a credential. */
export function anonymousViewer(question: Pick<Viewer, 'today' | 'known' | 'requestId'>): Viewer {
  return { role: 'ANONYMOUS', levels: ['PUBLIC'], ...question };
}

/** A department's own process: registers the subjects of its files with the credit office. */
export function departmentViewer(question: Pick<Viewer, 'today' | 'requestId'>): Viewer {
  return { role: 'DEPARTMENT', levels: ['PUBLIC'], known: null, ...question };
}

/** The calendar day in Asia/Shanghai of an instant, YYYY-MM-DD: eight hours ahead of UTC all the year since 1992. */
export function dayInShanghai(instant: Date): string {
  return new Date(instant.getTime() + 8 * 3_600_000).toISOString().slice(0, 10);
}
