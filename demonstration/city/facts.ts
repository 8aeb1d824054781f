import { addDays, addYears, referenceDay } from '../generator/days.ts';
import type { Chance } from '../generator/random.ts';
import type { TaxGrade } from '../generator/tax.ts';
import { type CitySubject, isOpenOn, isPublic, timesFor } from './subject.ts';

// What several departments' files tell of, so that they tell the same.

/** The slots of the examples: which of them each rare thing happens to. */
export const EXAMPLE = {
  seriousViolation: 0,
  majorTaxViolation: 1,
  wageArrears: 2,
  keyAttention: 3,
  arrears: 4,
  courtCase: 5,
  environmentPenalty: 6,
  abnormal: 7,
  taxLicence: 8,
  honest: 9,
  commitment: 10,
  insured: 11,
  // Who is on one of the credit office's lists has done something else, too.
  barredSupplier: 5,
  unsafe: 6,
  falseStatistics: 7,
} as const;

/** Something rare: it happens to so many in a thousand, mostly to those with trouble, and to one of the examples. */
export function isRarely(subject: CitySubject, perThousand: number, what: keyof typeof EXAMPLE): boolean {
  if (subject.example === EXAMPLE[what]) return true;
  return subject.example === null && timesFor(subject, perThousand / 1000, what) > 0;
}

/** A day of the year on which the subject was in business and that has passed; null where there is none. */
export function dayIn(subject: CitySubject, year: number, by: Chance): string | null {
  const day = addDays(`${year}-01-04`, by.below(year === 2026 ? 290 : 355));
  return isOpenOn(subject, addDays(day, -60)) && isOpenOn(subject, day) && day < referenceDay ? day : null;
}

/** When the report of a year was filed; null where none was due or it was not filed in time. */
export function reportFiledOn(subject: CitySubject, year: number): string | null {
  if (!isReportDue(subject, year) || isReportMissed(subject, year)) return null;
  const by = subject.by('report', year);
  // Most wait for June, and many of them for its last days.
  if (by.happens(52))
    return `${year + 1}-06-${String(by.pick([by.between(1, 30), by.between(22, 30)])).padStart(2, '0')}`;
  return addDays(`${year + 1}-01-02`, by.below(148));
}

export function isReportDue(subject: CitySubject, year: number): boolean {
  return (
    !isPublic(subject.kind) && subject.establishedOn < `${year + 1}-01-01` && isOpenOn(subject, `${year + 1}-06-30`)
  );
}

/** Who files no report is listed in July as in abnormal operation. */
export function isReportMissed(subject: CitySubject, year: number): boolean {
  if (subject.example !== null) return subject.example === EXAMPLE.abnormal && year === 2024;
  return timesFor(subject, 0.018, 'missed', year) > 0;
}

/** A tax credit rating: nobody with a list entry or a fine is rated A, who is named a major violator is D. */
export function taxGrade(subject: CitySubject, year: number): TaxGrade | null {
  if ((subject.kind !== '91' && subject.kind !== '93') || !isOpenOn(subject, `${year + 1}-04-30`)) return null;
  if (subject.establishedOn >= `${year}-07-01`) return null;
  if (isRarely(subject, 2, 'majorTaxViolation')) return 'D';
  if (subject.establishedOn >= `${year - 1}-07-01`) return 'M';
  const bad = subject.share('grade', year) + subject.trouble / 40 + (isReportMissed(subject, year) ? 0.3 : 0);
  if (bad < 0.42) return 'A';
  if (bad < 0.86) return 'B';
  return bad < 1.04 ? 'C' : 'D';
}

/** A lawsuit that the subject lost, and what the court did to have it performed. */
export interface CourtCase {
  readonly number: number;
  readonly isDishonest: boolean;
  readonly isRestricted: boolean;
}

/** Who has been deregistered is no longer sued. */
export function courtCases(subject: CitySubject): readonly CourtCase[] {
  if (isPublic(subject.kind) || subject.establishedOn > '2023-06-01' || !isOpenOn(subject, '2026-09-01')) return [];
  const times = Math.min(12, timesFor(subject, 0.09, 'case')) || (subject.example === EXAMPLE.courtCase ? 1 : 0);
  return Array.from({ length: times }, (_, index) => {
    const isExample = subject.example === EXAMPLE.courtCase;
    const isDishonest = isExample || subject.share('dishonest', index) < 0.5;
    return {
      number: 10_000 + subject.index * 12 + index,
      isDishonest,
      // Every debtor on the list is restricted, and some are that have not come onto it.
      isRestricted: isDishonest || subject.share('restricted', index) < 0.3,
    };
  });
}

/** An entry on a list: when it was made and by which number. */
export interface ListEntry {
  readonly decidedOn: string;
  readonly number: number;
  readonly removedOn: string | null;
}

/** Whether and when the subject came onto one of the lists of serious dishonesty; one in six left it by credit repair. */
export function listEntry(subject: CitySubject, list: keyof typeof EXAMPLE, perThousand: number): ListEntry | null {
  if (isPublic(subject.kind) || !isRarely(subject, perThousand, list)) return null;
  const by = subject.by(list);
  const decidedOn = addDays(referenceDay, -by.between(20, 1000));
  if (!isOpenOn(subject, decidedOn)) return null;
  const removedOn = addDays(decidedOn, by.between(200, 500));
  const isRemoved = subject.example === null && by.happens(16) && removedOn < referenceDay;
  return { decidedOn, number: 1000 + subject.index, removedOn: isRemoved ? removedOn : null };
}

export function lastDayOfThreeYears(day: string): string {
  return addDays(addYears(day, 3), -1);
}

/** Does it employ people who are insured, in a file of this city? One company in eight reports by this channel. */
export function isInsured(subject: CitySubject): boolean {
  if (subject.example === EXAMPLE.insured) return true;
  return subject.kind === '91' && subject.share('insured') < 0.125;
}

/** Months of 2026 (and the last of 2025) that an open subject has: nothing comes after the month in which it ended. */
export function monthsOpen(subject: CitySubject, months: readonly number[]): readonly number[] {
  return months.filter((month) => isOpenOn(subject, `2026-${String(month).padStart(2, '0')}-01`));
}
