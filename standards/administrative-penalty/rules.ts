import type { Finding } from '../../platform/sheets/index.ts';
import { dayInShanghai } from '../../platform/viewer/viewer.ts';
import { contradictsText } from './fines-in-text.ts';

/** What the rules look at; amounts in yuan with two decimals. */
export interface CheckedPenalty {
  readonly violationType: string | null;
  readonly penaltyTitle: string | null;
  readonly penaltyTypes: readonly string[];
  readonly furtherPenaltyTypes: readonly string[] | null;
  readonly content: string;
  readonly fine: string | null;
  readonly confiscated: string | null;
  readonly affectedLicence: string | null;
  readonly decidedOn: string;
  readonly effectiveUntil: string | null;
  readonly publicationEndsOn: string | null;
  readonly authorityCreditCode: string | null;
  readonly providerCreditCode: string | null;
}

/**
 * What one row must satisfy (data standard R2 to R5; R1 and the codes of R5 are the counterpart's and the authority's
 * columns, R6 is platform/sheets, R7 and R8 the natural key, R9 the refusal of natural persons, R10 the column 处罚程序).
 */
export function penaltyFindings(penalty: CheckedPenalty): readonly Finding[] {
  return [...missing(penalty), ...impossibleDates(penalty), ...contradiction(penalty), ...strangeAuthority(penalty)];
}

/** R2. The standard of 2015 knew no amounts; a row of it has a title (处罚名称) and no 违法行为类型. */
function missing(penalty: CheckedPenalty): readonly Finding[] {
  if (penalty.violationType === null) {
    if (penalty.penaltyTitle !== null) return [];
    return [reject('VALUE_REQUIRED', 'violationType', '“违法行为类型”不能为空。')];
  }
  const types = new Set([...penalty.penaltyTypes, ...(penalty.furtherPenaltyTypes ?? [])]);
  const has = (...codes: readonly string[]) => codes.some((code) => types.has(code));
  const findings: Finding[] = [];
  if (has('FINE') && !isPositive(penalty.fine)) {
    findings.push(reject('FINE_WITHOUT_AMOUNT', 'fine', '处罚类别含罚款，“罚款金额”须大于零。'));
  }
  if (has('CONFISCATE_ILLEGAL_GAINS', 'CONFISCATE_ILLEGAL_PROPERTY') && !isPositive(penalty.confiscated)) {
    const message = '处罚类别含没收，“没收违法所得、没收非法财物的金额”须大于零。';
    findings.push(reject('CONFISCATION_WITHOUT_AMOUNT', 'confiscated', message));
  }
  if (has('SUSPEND_LICENCE', 'SUSPEND_OR_REVOKE_LICENCE', 'REVOKE_LICENCE') && penalty.affectedLicence === null) {
    const message = '处罚类别含暂扣或吊销证照，“暂扣或吊销证照名称及编号”不能为空。';
    findings.push(reject('LICENCE_NOT_NAMED', 'affectedLicence', message));
  }
  return findings;
}

/** R3. The last day counts, so a day equal to the decision's is possible. */
function impossibleDates({ decidedOn, effectiveUntil, publicationEndsOn }: CheckedPenalty): readonly Finding[] {
  const findings: Finding[] = [];
  if (decidedOn > dayInShanghai(new Date())) {
    findings.push(reject('DECIDED_IN_FUTURE', 'decidedOn', `处罚决定日期 ${decidedOn} 晚于今天。`));
  }
  if (effectiveUntil !== null && effectiveUntil < decidedOn) {
    const message = `处罚有效期 ${effectiveUntil} 早于处罚决定日期 ${decidedOn}。`;
    findings.push(reject('ENDS_BEFORE_DECISION', 'effectiveUntil', message));
  }
  if (publicationEndsOn !== null && publicationEndsOn < decidedOn) {
    const message = `公示截止期 ${publicationEndsOn} 早于处罚决定日期 ${decidedOn}。`;
    findings.push(reject('PUBLICATION_ENDS_BEFORE_DECISION', 'publicationEndsOn', message));
  }
  return findings;
}

/** R4. */
function contradiction({ fine, content }: CheckedPenalty): readonly Finding[] {
  if (fine === null || !isPositive(fine) || !contradictsText(fine, content)) return [];
  const message = `处罚内容所写罚款与罚款金额栏（折合 ${fine} 元）不一致，请核对单位是元还是万元。`;
  return [{ severity: 'FLAG', code: 'AMOUNT_DIFFERS_FROM_TEXT', message, field: 'fine' }];
}

/** R5. Authorities have codes of category 1 (机构编制); an organisation that a law empowers may have another, so it is marked. */
function strangeAuthority({ authorityCreditCode, providerCreditCode }: CheckedPenalty): readonly Finding[] {
  const strange = [authorityCreditCode, providerCreditCode].find((code) => code !== null && !code.startsWith('1'));
  if (!strange) return [];
  const message = `处罚机关或数据来源单位的代码 ${strange} 首位不是 1,请核对是否为法律授权的组织。`;
  return [{ severity: 'FLAG', code: 'AUTHORITY_NOT_GOVERNMENT', message, field: 'authorityCreditCode' }];
}

/** Is there an amount above zero? Systems write 0 where nothing was imposed. */
export function isPositive(yuan: string | null): yuan is string {
  return yuan !== null && /[1-9]/u.test(yuan);
}

function reject(code: string, field: string, message: string): Finding {
  return { severity: 'REJECT', code, message, field };
}
