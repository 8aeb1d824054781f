import type { Finding, Period } from '../../platform/sheets/index.ts';
import { dayInShanghai } from '../../platform/viewer/viewer.ts';
import { codeTable } from '../../schema/codes/city.ts';

/** What the rules look at. */
export interface CheckedLicence {
  readonly documentNumber: string | null;
  readonly certificateNumber: string | null;
  readonly decidedOn: string;
  readonly validFrom: string | null;
  readonly validTo: string | null;
  readonly validity: Period | null;
  readonly publicationEndsOn: string | null;
}

/**
 * What one row must satisfy. The decision's number or the certificate's must be there, since it is what a licence is known
 * by; a last day counts, so that it may be the first one too.
 */
export function licenceFindings(licence: CheckedLicence): readonly Finding[] {
  const { documentNumber, certificateNumber, decidedOn, publicationEndsOn } = licence;
  const { validFrom, validTo } = validityOf(licence);
  const findings: Finding[] = [];
  if (documentNumber === null && certificateNumber === null) {
    findings.push(reject('VALUE_REQUIRED', 'documentNumber', '“行政许可决定文书号”和“许可编号”至少应有其一。'));
  }
  if (decidedOn > dayInShanghai(new Date())) {
    findings.push(reject('DECIDED_IN_FUTURE', 'decidedOn', `许可决定日期 ${decidedOn} 晚于今天。`));
  }
  if (validTo !== null && validTo < decidedOn) {
    const message = `有效期至 ${validTo} 早于许可决定日期 ${decidedOn}。`;
    findings.push(reject('ENDS_BEFORE_DECISION', 'validTo', message));
  } else if (validFrom !== null && validTo !== null && validTo < validFrom) {
    findings.push(reject('ENDS_BEFORE_START', 'validTo', `有效期至 ${validTo} 早于有效期自 ${validFrom}。`));
  }
  if (publicationEndsOn !== null && publicationEndsOn < decidedOn) {
    const message = `公示截止期 ${publicationEndsOn} 早于许可决定日期 ${decidedOn}。`;
    findings.push(reject('PUBLICATION_ENDS_BEFORE_DECISION', 'publicationEndsOn', message));
  }
  return findings;
}

/** The days of validity, from their own columns or else from the one that says both (有效期). */
export function validityOf({
  validFrom,
  validTo,
  validity,
}: Pick<CheckedLicence, 'validFrom' | 'validTo' | 'validity'>): {
  readonly validFrom: string | null;
  readonly validTo: string | null;
} {
  return { validFrom: validFrom ?? validity?.from ?? null, validTo: validTo ?? validity?.until ?? null };
}

/**
 * 当前状态 as a code of the table `licence-statuses`; undefined for what it does not know. Digits mean one thing in the
 * standard of 2015 (1 撤销) and another in that of 2018 (1 有效), so that one must know which of them the row follows.
 */
export function licenceStatus(given: string, standard: 'in2015' | 'in2018'): string | undefined {
  const table = codeTable('licence-statuses');
  const digit = /^(\d)(?:\.0+)?$/u.exec(given.normalize('NFKC'))?.[1];
  if (digit === undefined) return table.byLabel(given)?.code;
  return table.rows.find((row) => row.extra[standard] === digit)?.code;
}

function reject(code: string, field: string, message: string): Finding {
  return { severity: 'REJECT', code, message, field };
}
