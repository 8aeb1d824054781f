import { authorityColumns, authorityOf, providerOf } from '../../platform/import/authority.ts';
import { counterpartColumns, counterpartOf } from '../../platform/import/counterpart.ts';
import { type Rejection, recordSheet, rejected } from '../../platform/import/draft.ts';
import { unitsSeemMixed } from '../../platform/import/units.ts';
import { coded, date, defineSheet, integer, labelIn, money, OCCASIONAL, text } from '../../platform/sheets/index.ts';
import { nameKey } from '../../schema/identifiers/name-key.ts';
import { monthsOf, periodColumn, type TaxPeriod } from './periods.ts';

/**
 * 纳税情况: a row is what a taxpayer owed and paid of one tax for one period, or one payment of it where the file has its day
 * or certificate. Nothing of it is public: every row is AUTHORIZED.
 */
export const paymentSheet = recordSheet({
  type: 'TaxPayment',
  title: '纳税情况',
  sheet: defineSheet({
    columns: {
      ...counterpartColumns,
      ...authorityColumns(['主管税务机关', '征收机关', '税务机关', '征收税务机关']),
      year: integer(['所属年度', '税款所属年度', '纳税年度', '年度', '年份'], { min: 1949, max: 2199 }),
      month: integer(['所属月份', '月份'], { min: 1, max: 12, describes: OCCASIONAL }),
      period: periodColumn(['税款所属期', '所属期', '所属时期', '税款所属时期']),
      periodFrom: date(['税款所属期起', '所属期起', '税款所属期开始日期', '所属期自'], {
        describes: { example: '2025-01-01' },
      }),
      periodUntil: date(['税款所属期止', '所属期止', '税款所属期截止日期', '所属期至'], {
        describes: { example: '2025-03-31' },
      }),
      taxType: coded(['税种', '征收项目', '税种名称'], labelIn('tax-types'), {
        isRequired: true,
      }),
      payable: money(amountHeaders('应缴税额', '应缴金额', '应纳税额', '应缴税款', '应缴'), { unit: 'YUAN' }),
      paid: money(
        amountHeaders('实缴税额', '实缴金额', '已缴税额', '已缴金额', '入库税额', '入库金额', '实缴税款', '已缴'),
        {
          unit: 'YUAN',
        },
      ),
      paidOn: date(['缴款日期', '入库日期', '缴税日期'], { describes: { example: '2025-04-10' } }),
      documentNumber: text(['完税凭证号', '完税凭证号码', '税票号码', '电子税票号码'], {
        maxLength: 64,
        describes: { example: '990102250400001' },
      }),
    },
  }),
  draft(values) {
    const counterpart = counterpartOf(values);
    if ('rejected' in counterpart) return counterpart;
    const authority = authorityOf(values);
    if ('rejected' in authority) return authority;
    const period = periodOf(values);
    if ('rejected' in period) return period;
    const { payable, paid } = values;
    if (payable === null && paid === null) return rejected('NO_AMOUNT', '应缴和实缴金额均为空，至少应有其一。', 'paid');
    if (unitsSeemMixed(payable, paid) || unitsSeemMixed(paid, payable)) {
      const message = `应缴（折合 ${payable} 元）与实缴（折合 ${paid} 元）相差千倍以上，请核对单位是元还是万元。`;
      return rejected('UNITS_MIXED', message, 'paid');
    }
    return {
      counterpart,
      keyedBy: 'SUBJECT',
      naturalKey: [
        values.taxType,
        period.from,
        period.until,
        values.paidOn,
        values.documentNumber === null ? null : nameKey(values.documentNumber),
      ],
      authority,
      provider: providerOf(values, authority),
      documentNumber: values.documentNumber,
      decidedOn: null,
      effectiveUntil: null,
      publishedOn: null,
      publicationEndsOn: null,
      accessLevel: 'AUTHORIZED',
      withheldReason: null,
      sortedOn: period.until,
      own: {
        year: Number(period.until.slice(0, 4)),
        periodFrom: period.from,
        periodUntil: period.until,
        taxType: values.taxType,
        payable,
        payableCurrency: payable === null ? null : 'CNY',
        paid,
        paidCurrency: paid === null ? null : 'CNY',
        paidOn: values.paidOn,
      },
    };
  },
});

/** A header as it is, and with its unit behind it: money() reads the unit from there. */
function amountHeaders(...names: readonly string[]): readonly string[] {
  return names.flatMap((name) => [name, `${name}(元)`, `${name}(万元)`]);
}

interface GivenPeriod {
  readonly year: number | null;
  readonly month: number | null;
  readonly period: TaxPeriod | null;
  readonly periodFrom: string | null;
  readonly periodUntil: string | null;
}

/** The most exact that the row says: its two days, its period in words, its month, its year. They must agree. */
function periodOf(values: GivenPeriod): TaxPeriod | Rejection {
  const { year, month, periodFrom, periodUntil } = values;
  if ((periodFrom === null) !== (periodUntil === null)) {
    return rejected('PERIOD_INCOMPLETE', '税款所属期起、止应同时填写。', 'periodFrom');
  }
  if (month !== null && year === null) return rejected('PERIOD_INCOMPLETE', '填写月份的，应同时填写年度。', 'year');
  const days = periodFrom !== null && periodUntil !== null ? { from: periodFrom, until: periodUntil } : null;
  const period = days ?? values.period ?? (year === null ? null : monthsOf(year, month ?? 1, month ?? 12));
  if (period === null) return rejected('NO_PERIOD', '缺少税款所属期，也没有年度。', 'period');
  if (period.from > period.until) {
    return rejected('PERIOD_REVERSED', `税款所属期止 ${period.until} 早于所属期起 ${period.from}。`, 'periodUntil');
  }
  const years = new Set([period.from.slice(0, 4), period.until.slice(0, 4)]);
  if (years.size > 1) {
    const message = `税款所属期应在同一公历年内，收到 ${period.from} 至 ${period.until}。`;
    return rejected('PERIOD_ACROSS_YEARS', message, 'periodUntil');
  }
  if (year !== null && !years.has(String(year))) {
    return rejected('YEAR_CONFLICT', `年度 ${year} 与税款所属期 ${period.from} 至 ${period.until} 不一致。`, 'year');
  }
  return period;
}
