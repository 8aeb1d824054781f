import type { VerdictOutcome } from '../verdicts/verdict.ts';

/** The verdicts of an answer, as a line keeps them: of each subject a text with one letter for each item. */
export interface ToldVerdicts {
  readonly items: readonly string[];
  readonly of: readonly { readonly subject: string; readonly outcomes: string }[];
}

/** A verdict as it was told. */
export interface ToldVerdict {
  readonly subject: string;
  readonly item: string;
  readonly outcome: VerdictOutcome;
  readonly isStale: boolean;
  /** The department that it rests on; null where nobody submits the item. */
  readonly department: string | null;
}

/** Small letters are of items that were reported too long ago. */
const LETTERS: Readonly<Record<VerdictOutcome, string>> = {
  RECORDS: 'R',
  NONE: 'N',
  NOT_APPLICABLE: 'X',
  NOT_COVERED: 'C',
  NOT_AUTHORIZED: 'A',
  UNAVAILABLE: 'U',
};
const NOT_TOLD = '-';

/** What was told, with departments that turned out to be silent as not answered. Undefined where nothing was. */
export function keptVerdicts(told: readonly ToldVerdict[], silent: ReadonlySet<string>): ToldVerdicts | undefined {
  if (told.length === 0) return undefined;
  const items = [...new Set(told.map(({ item }) => item))].sort();
  const subjects = new Map<string, Map<string, string>>();
  for (const { subject, item, outcome, isStale, department } of told) {
    const letter = LETTERS[department !== null && silent.has(department) ? 'UNAVAILABLE' : outcome];
    const own = subjects.get(subject) ?? new Map<string, string>();
    subjects.set(subject, own.set(item, isStale ? letter.toLowerCase() : letter));
  }
  const of = [...subjects].map(([subject, own]) => ({
    subject,
    outcomes: items.map((item) => own.get(item) ?? NOT_TOLD).join(''),
  }));
  return { items, of };
}

/** The verdicts that a line keeps, subject by subject. */
export function verdictsIn({ items, of }: ToldVerdicts): readonly Omit<ToldVerdict, 'department'>[] {
  const outcomes = new Map(Object.entries(LETTERS).map(([outcome, letter]) => [letter, outcome as VerdictOutcome]));
  return of.flatMap(({ subject, outcomes: letters }) =>
    items.flatMap((item, at) => {
      const letter = letters[at] ?? NOT_TOLD;
      const outcome = outcomes.get(letter.toUpperCase());
      return outcome ? [{ subject, item, outcome, isStale: letter !== letter.toUpperCase() }] : [];
    }),
  );
}
