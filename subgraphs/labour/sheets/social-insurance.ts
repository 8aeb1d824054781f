import { authorityColumns, authorityOf, providerOf } from '../../../platform/import/authority.ts';
import { counterpartColumns, counterpartOf } from '../../../platform/import/counterpart.ts';
import { recordSheet, rejected } from '../../../platform/import/draft.ts';
import {
  coded,
  defineSheet,
  integer,
  labelIn,
  lastDayOf,
  money,
  month,
  never,
  OCCASIONAL,
  text,
} from '../../../platform/sheets/index.ts';
import { nameKey } from '../../../schema/identifiers/name-key.ts';
import { insuranceTypes, unitStatuses } from '../codes.ts';

const { counterpartName } = counterpartColumns;

/**
 * 社会保险参保缴费: a row is what one unit pays for one month of one insurance, or of all of them where the source does not
 * part them (data standard §13). A unit's own number tells two accounts of one subject apart.
 */
export const socialInsuranceSheet = recordSheet({
  type: 'SocialInsurancePayment',
  title: '社会保险参保缴费',
  sheet: defineSheet({
    columns: {
      ...counterpartColumns,
      ...authorityColumns(['经办机构', '社保经办机构', '参保经办机构', '征收机关', '征收机构', '统筹区经办机构']),
      counterpartName: {
        ...counterpartName,
        aliases: [...counterpartName.aliases, '参保单位', '参保单位名称', '缴费单位', '缴费单位名称'],
      },
      unitNumber: text(['单位编号', '参保单位编号', '社保单位编号', '社会保险登记证编码', '社保登记证号'], {
        maxLength: 64,
        describes: { example: '99010200123' },
      }),
      month: month(['费款所属期', '费款所属期起', '所属期', '所属期起', '所属年月', '缴费年月', '缴费月份', '月份'], {
        isRequired: true,
      }),
      untilMonth: month(['费款所属期止', '所属期止'], { describes: OCCASIONAL }),
      insuranceType: coded(['险种', '险种类型', '险种名称', '险种类别', '征收品目'], labelIn(insuranceTypes)),
      unitStatus: coded<string | null, { readonly otherwise: null }>(
        ['参保状态', '单位参保状态', '单位状态', '缴费状态'],
        labelIn(unitStatuses),
        { otherwise: null },
      ),
      insuredPersons: integer(['参保人数', '缴费人数', '参保职工人数', '职工人数'], { describes: { example: '46' } }),
      payable: money(['应缴金额', '应缴费额', '应缴', '应征金额', '应缴合计'], { unit: 'YUAN' }),
      paid: money(['实缴金额', '实缴费额', '实缴', '已缴金额', '实缴合计', '入库金额'], { unit: 'YUAN' }),
      arrears: money(['欠缴金额', '欠费金额', '欠缴费额', '欠缴', '累计欠缴金额'], { unit: 'YUAN' }),
      contact: never(['联系人', '联系电话', '经办人', '经办人电话', '手机号码']),
    },
  }),
  draft(values) {
    const counterpart = counterpartOf(values);
    if ('rejected' in counterpart) return counterpart;
    const authority = authorityOf(values);
    if ('rejected' in authority) return authority;
    const { year, month: ofYear } = values.month;
    const until = values.untilMonth;
    if (until !== null && lastDayOf(until) !== lastDayOf(values.month)) {
      const message = `每行应为一个月：所属期 ${year} 年 ${ofYear} 月至 ${until.year} 年 ${until.month} 月，请按月分行。`;
      return rejected('NOT_ONE_MONTH', message, 'month');
    }
    const { unitStatus, insuredPersons, payable, paid, arrears } = values;
    if ([unitStatus, insuredPersons, payable, paid, arrears].every((value) => value === null)) {
      return rejected('NOTHING_TOLD', '参保状态、参保人数、应缴、实缴、欠缴金额至少应有一项。', 'insuredPersons');
    }
    return {
      counterpart,
      keyedBy: 'SUBJECT',
      naturalKey: [year, ofYear, values.insuranceType, values.unitNumber === null ? null : nameKey(values.unitNumber)],
      authority,
      provider: providerOf(values, authority),
      documentNumber: null,
      decidedOn: null,
      effectiveUntil: null,
      publishedOn: null,
      publicationEndsOn: null,
      accessLevel: 'AUTHORIZED',
      withheldReason: null,
      sortedOn: lastDayOf(values.month),
      own: {
        year,
        month: ofYear,
        insuranceType: values.insuranceType,
        unitStatus,
        insuredPersons,
        payable,
        payableCurrency: currencyOf(payable),
        paid,
        paidCurrency: currencyOf(paid),
        arrears,
        arrearsCurrency: currencyOf(arrears),
      },
    };
  },
});

function currencyOf(amount: string | null): 'CNY' | null {
  return amount === null ? null : 'CNY';
}
