import { authorityColumns, authorityOf, providerOf } from '../../../platform/import/authority.ts';
import { counterpartColumns, counterpartOf } from '../../../platform/import/counterpart.ts';
import { filedInFuture } from '../../../platform/import/days.ts';
import { recordSheet, rejected } from '../../../platform/import/draft.ts';
import { date, defineSheet, integer } from '../../../platform/sheets/index.ts';
import { figure, WITHHELD_BY_THE_ENTERPRISE } from './figures.ts';

/**
 * 企业年度报告: a row is a subject's report of one year (the form of the national enterprise credit publicity system, its
 * keys as aliases). That it was reported and when is public; its figures are not, even where the enterprise shows them.
 */
export const annualReportSheet = recordSheet({
  type: 'AnnualReport',
  title: '企业年度报告',
  sheet: defineSheet({
    columns: {
      ...counterpartColumns,
      ...authorityColumns(['登记机关', '登记机关名称', '登记管理部门名称', '年报受理机关', '受理机关']),
      year: integer(['年报年度', '报告年度', '年报年份', '年度', 'ancheyear'], {
        isRequired: true,
        min: 2013,
        max: 2100,
      }),
      filedOn: date(['年报日期', '填报日期', '报送日期', '首次公示日期', '公示日期', '年报时间', 'anchedate'], {
        isRequired: true,
      }),
      revenue: figure(['营业总收入', '营业收入', '销售（营业）收入', '营业额或营业收入', 'vendinc']),
      mainBusinessRevenue: figure(['主营业务收入', '营业总收入中主营业务收入', '其中:主营业务收入', 'maibusinc']),
      profit: figure(['利润总额', '利润', 'progro']),
      netProfit: figure(['净利润', '净利', 'netinc']),
      taxesPaid: figure(['纳税总额', '纳税', 'ratgro']),
      assets: figure(['资产总额', '资产', 'assgro']),
      liabilities: figure(['负债总额', '负债', 'liagro']),
      equity: figure(['所有者权益合计', '所有者权益', 'totequ']),
      employees: integer(['从业人数', '从业人员', '从业人员人数', '职工人数', 'empnum'], {
        max: 10_000_000,
        emptyWords: WITHHELD_BY_THE_ENTERPRISE,
        describes: { example: '46' },
      }),
    },
  }),
  draft(values) {
    const counterpart = counterpartOf(values);
    if ('rejected' in counterpart) return counterpart;
    const authority = authorityOf(values);
    if ('rejected' in authority) return authority;
    const { year, filedOn } = values;
    const yearEnd = `${year}-12-31`;
    if (filedOn <= yearEnd) {
      return rejected(
        'FILED_BEFORE_YEAR_END',
        `${year}年度的年报应在该年度结束后报送，报送日期为 ${filedOn}。`,
        'filedOn',
      );
    }
    const future = filedInFuture(['报送日期', filedOn]);
    if (future) return future;
    for (const field of ['revenue', 'mainBusinessRevenue', 'taxesPaid', 'assets', 'liabilities'] as const) {
      if (values[field]?.startsWith('-')) {
        return rejected('AMOUNT_NEGATIVE', '收入、纳税、资产和负债金额不能为负数，只有利润和所有者权益可以。', field);
      }
    }
    return {
      counterpart,
      keyedBy: 'SUBJECT',
      naturalKey: [year],
      authority,
      provider: providerOf(values, authority),
      documentNumber: null,
      decidedOn: null,
      effectiveUntil: null,
      publishedOn: filedOn,
      publicationEndsOn: null,
      accessLevel: 'PUBLIC',
      withheldReason: null,
      sortedOn: yearEnd,
      own: {
        year,
        filedOn,
        revenue: values.revenue,
        mainBusinessRevenue: values.mainBusinessRevenue,
        profit: values.profit,
        netProfit: values.netProfit,
        taxesPaid: values.taxesPaid,
        assets: values.assets,
        liabilities: values.liabilities,
        equity: values.equity,
        employees: values.employees,
      },
    };
  },
});
