import { indebtedPerson } from '../person.ts';
import {
  behindWithBills,
  cleanCompany,
  dishonestDebtor,
  invoiceForger,
  plainlyRatedCompany,
  renamedCompany,
  riversideShop,
} from '../story.ts';
import { cityTax, districtOf, districtTax } from './authorities.ts';
import { withWrongCheck } from './codes.ts';
import { addDays, addYears, referenceDay } from './days.ts';
import { numbered, publicationEnd, type Violation } from './penalty.ts';
import { type Chance, chance } from './random.ts';
import { csvInGbk, csvWithMark, type Row, type SubmittedFile, xlsx } from './sheet.ts';
import { isIndividual, type Subject, told, traders } from './subjects.ts';

export const TAX_LICENCE_HEADERS = [
  '项目名称',
  '审批类别',
  '行政相对人名称',
  '行政相对人代码_1(统一社会信用代码)',
  '法定代表人姓名',
  '许可决定书文号',
  '许可内容',
  '许可决定日期',
  '许可截止期',
  '许可机关',
  '当前状态',
] as const;

const PROJECTS = [
  ['增值税专用发票(增值税税控系统)最高开票限额审批', '最高开票限额:十万元'],
  ['增值税专用发票(增值税税控系统)最高开票限额审批', '最高开票限额:百万元'],
  ['对纳税人变更纳税定额的核准', '核准变更后的纳税定额'],
] as const;

/** The standard of 2015, in which 0 is valid and 1 is withdrawn. */
export function taxLicenceFile(): SubmittedFile {
  const by = chance(20_151_201);
  const good = [
    taxLicenceRow(told(cleanCompany), '2023-04-11', 1, by),
    taxLicenceRow(told(renamedCompany), '2023-07-20', 2, by),
    { ...taxLicenceRow(told(invoiceForger), '2024-06-03', 3, by), 当前状态: '1' },
    ...by
      .sample(traders, 17)
      .map((subject, index) => taxLicenceRow(subject, addDays(referenceDay, -by.between(20, 1100)), 10 + index, by)),
  ];
  const first = (index: number): Row => good[index] ?? {};
  const code = '行政相对人代码_1(统一社会信用代码)';
  const rows: Row[] = [
    ...good,
    first(5),
    { ...first(6), 许可决定书文号: '' },
    { ...first(7), [code]: withWrongCheck(String(first(7)[code])) },
    { ...first(8), 许可决定书文号: '云税许补〔2026〕8号', 许可决定日期: '2026-13-01' },
    { ...first(9), 许可决定书文号: '云税许补〔2026〕9号', 许可截止期: '2012-05-01' },
    { ...first(10), 许可决定书文号: '云税许补〔2026〕10号', 行政相对人名称: '' },
  ];
  return {
    item: 'tax.licence',
    name: '21-tax-licence.csv',
    bytes: csvInGbk({ headers: TAX_LICENCE_HEADERS, rows }),
  };
}

export function taxLicenceRow(subject: Subject, decidedOn: string, number: number, by: Chance): Row {
  const [project, content] = by.pick(PROJECTS);
  return {
    项目名称: project,
    审批类别: '普通',
    行政相对人名称: subject.name,
    '行政相对人代码_1(统一社会信用代码)': subject.creditCode ?? '',
    法定代表人姓名: subject.person,
    许可决定书文号: numbered('云税许准', decidedOn, number),
    许可内容: content,
    许可决定日期: decidedOn.replaceAll('-', '/'),
    许可截止期: by.happens(60) ? '长期' : addYears(decidedOn, 3).replaceAll('-', '/'),
    许可机关: districtTax(districtOf(subject.district)).name,
    当前状态: by.happens(50) ? '0' : '正常',
  };
}

export const VIOLATION_HEADERS = [
  '纳税人名称',
  '统一社会信用代码',
  '注册地址',
  '违法行为发生时的法定代表人或者负责人姓名',
  '实际责任人',
  '案件性质',
  '主要违法事实',
  '相关法律依据',
  '税务处理处罚情况',
  '失信主体确定文书文号',
  '确定日期',
  '公布日期',
  '停止公布日期',
  '公布机关',
] as const;

/** A book of few rows with long texts; where a court found somebody else responsible, no person is named at all. */
export function majorViolationFile(): SubmittedFile {
  const by = chance(20_220_201);
  const forger = majorViolationRow(told(invoiceForger), '2026-06-10', 3, '虚开增值税专用发票', by);
  const good: Row[] = [
    {
      ...forger,
      主要违法事实:
        '2023年至2024年期间,在没有真实货物交易的情况下对外虚开增值税专用发票212份,金额1,640.20万元,税额213.23万元。',
      税务处理处罚情况: '罚款50万元,依法移送司法机关。',
    },
    ...by
      .sample(traders, 6)
      .map((subject, index) =>
        majorViolationRow(
          subject,
          addDays('2026-09-28', -by.between(30, 900)),
          10 + index,
          by.pick(['偷税', '逃避追缴欠税', '虚开增值税专用发票', '走逃（失联）']),
          by,
        ),
      ),
  ].map((row, index) => (index === 3 ? { ...row, 实际责任人: '邹汀兰' } : row));
  const first = (index: number): Row => good[index] ?? {};
  const bad = (index: number, cells: Row): Row => ({
    ...first(index),
    失信主体确定文书文号: `云税失信〔2026〕${70 + index}号`,
    ...cells,
  });
  const rows: Row[] = [
    ...good,
    bad(1, { 确定日期: '', 公布日期: '' }),
    bad(2, { 停止公布日期: '2020-01-01' }),
    bad(3, { 案件性质: '违规经营' }),
    bad(4, { 统一社会信用代码: '', 纳税人名称: '谢岫云' }),
    bad(5, { 税务处理处罚情况: '' }),
  ];
  return {
    item: 'tax.major-violation',
    name: '22-tax-major-violation.xlsx',
    bytes: xlsx([
      { sheet: '失信主体', above: ['云泽市重大税收违法失信主体信息公布表'], headers: VIOLATION_HEADERS, rows },
    ]),
  };
}

export function majorViolationRow(subject: Subject, day: string, number: number, ground: string, by: Chance): Row {
  const evaded = by.between(110, 900) * 10_000;
  return {
    纳税人名称: subject.name,
    统一社会信用代码: subject.creditCode ?? '',
    注册地址: subject.address,
    违法行为发生时的法定代表人或者负责人姓名: subject.person,
    案件性质: ground,
    主要违法事实: `经检查,存在${ground}行为,涉及税额${evaded}元。`,
    相关法律依据: '《中华人民共和国税收征收管理法》《中华人民共和国发票管理办法》',
    税务处理处罚情况: `追缴税款${evaded}元,处以罚款${evaded / 2}元。`,
    失信主体确定文书文号: numbered('云税失信', day, number),
    确定日期: { day },
    公布日期: { day: addDays(day, 6) },
    停止公布日期: '',
    公布机关: cityTax.name,
  };
}

export const TAX_PENALTY_HEADERS = [
  '行政相对人名称',
  '行政相对人类别',
  '统一社会信用代码',
  '法定代表人',
  '税务行政处罚决定书文号',
  '违法行为类型',
  '违法事实',
  '处罚依据',
  '处罚类别',
  '处罚内容',
  '罚款金额(元)',
  '没收金额(元)',
  '暂扣或吊销证照名称及编号',
  '处罚决定日期',
  '处罚有效期',
  '公示截止期',
  '处罚机关',
  '处罚机关统一社会信用代码',
] as const;

export const falseInvoices: Violation = {
  type: '虚开增值税专用发票',
  facts: '在没有真实货物交易的情况下,让他人为自己虚开、为他人虚开增值税专用发票。',
  basis: '《中华人民共和国发票管理办法》第三十五条',
  from: 50_000,
  until: 500_000,
};

export const taxViolations: readonly Violation[] = [
  {
    type: '未按照规定的期限办理纳税申报',
    facts: '未按照规定的期限办理纳税申报和报送纳税资料。',
    basis: '《中华人民共和国税收征收管理法》第六十二条',
    from: 100,
    until: 2000,
  },
  {
    type: '违反发票管理规定',
    facts: '应当开具而未开具发票。',
    basis: '《中华人民共和国发票管理办法》第三十三条第一项',
    from: 200,
    until: 10_000,
  },
  {
    type: '未按照规定设置、保管账簿',
    facts: '未按照规定设置、保管账簿,经责令限期改正逾期未改正。',
    basis: '《中华人民共和国税收征收管理法》第六十条第一款第二项',
    from: 300,
    until: 5000,
  },
];

/** Amounts in yuan, as the tax system counts. */
export function taxPenaltyFile(): SubmittedFile {
  const by = chance(20_210_715);
  const late = taxViolations[0] ?? falseInvoices;
  const good = [
    taxPenaltyRow(told(invoiceForger), falseInvoices, 500_000, '2026-03-17', 1),
    taxPenaltyRow(told(plainlyRatedCompany), late, 400, '2025-11-18', 2),
    ...by.sample(traders, 28).map((subject, index) => {
      const violation = by.pick(taxViolations);
      const fine = Math.round(by.between(violation.from, violation.until) / 50) * 50;
      return taxPenaltyRow(subject, violation, fine, addDays(referenceDay, -by.between(10, 900)), 10 + index);
    }),
  ];
  const first = (index: number): Row => good[index] ?? {};
  const bad = (index: number, cells: Row): Row => ({
    ...first(index),
    税务行政处罚决定书文号: `云税罚补〔2026〕${index}号`,
    ...cells,
  });
  const rows: Row[] = [
    ...good,
    first(4),
    bad(5, { 处罚类别: '没收违法所得', 处罚内容: '没收违法所得。', '罚款金额(元)': '' }),
    bad(6, { 处罚类别: '吊销许可证件', 处罚内容: '吊销许可证件。', '罚款金额(元)': '' }),
    bad(7, { 处罚有效期: '2010-12-31' }),
    bad(8, { 统一社会信用代码: withWrongCheck(String(first(8).统一社会信用代码)) }),
    bad(9, { 行政相对人类别: '自然人', 行政相对人名称: '姜沅湘', 统一社会信用代码: '' }),
    bad(10, { 处罚决定日期: '近日' }),
    // Stored with a mark.
    bad(11, { 处罚类别: '罚款', 处罚内容: '罚款0.2万元。', '罚款金额(元)': '0.2万元' }),
    // About a natural person: nobody's but that person's and the law's.
    bad(12, {
      行政相对人类别: '自然人',
      行政相对人名称: indebtedPerson.name,
      统一社会信用代码: indebtedPerson.idNumber,
    }),
  ];
  return {
    item: 'tax.penalty',
    name: '23-tax-penalty.csv',
    bytes: csvWithMark({ above: ['云泽市税务行政处罚信息(金额单位:元)'], headers: TAX_PENALTY_HEADERS, rows }),
  };
}

export function taxPenaltyRow(
  subject: Subject,
  violation: Violation,
  fine: number,
  decidedOn: string,
  number: number,
): Row {
  const authority = number === 1 ? cityTax : districtTax(districtOf(subject.district));
  return {
    行政相对人名称: subject.name,
    行政相对人类别: isIndividual(subject) ? '个体工商户' : '法人及非法人组织',
    统一社会信用代码: subject.creditCode ?? '',
    法定代表人: subject.person,
    税务行政处罚决定书文号: numbered('云税罚', decidedOn, number),
    违法行为类型: violation.type,
    违法事实: violation.facts,
    处罚依据: violation.basis,
    处罚类别: '罚款',
    处罚内容: `处以罚款${fine}元。`,
    '罚款金额(元)': String(fine),
    处罚决定日期: decidedOn,
    公示截止期: publicationEnd(decidedOn, fine >= 50_000 ? '严重' : '一般'),
    处罚机关: authority.name,
    处罚机关统一社会信用代码: authority.creditCode,
  };
}

export const TAX_PAYMENT_HEADERS = [
  '纳税人名称',
  '统一社会信用代码',
  '年度',
  '税款所属期',
  '税款所属期起',
  '税款所属期止',
  '税种',
  '应缴税额(元)',
  '实缴税额(元)',
  '缴款日期',
  '完税凭证号',
  '主管税务机关',
] as const;

/** Nothing of it is public: what was owed and paid by quarters, in two sheets of one book. */
export function taxPaymentFile(): SubmittedFile {
  const by = chance(20_160_501);
  const payers: readonly Subject[] = [told(cleanCompany), told(riversideShop), ...by.sample(traders, 8)];
  const quarters = [1, 2, 3] as const;
  const vat: Row[] = [
    ...payers.flatMap((subject) => quarters.map((quarter) => taxPaymentRow(subject, '增值税', quarter, by))),
    ...quarters.map((quarter) => unpaid(taxPaymentRow(told(dishonestDebtor), '增值税', quarter, by))),
    unpaid(taxPaymentRow(told(behindWithBills), '增值税', 3, by)),
  ];
  const income = payers.slice(0, 6).map((subject) => ({
    ...taxPaymentRow(subject, '企业所得税', 1, by),
    税款所属期: '2025年度',
    缴款日期: '2026-05-20',
  }));
  const first = (index: number): Row => vat[index] ?? {};
  const bad = (index: number, cells: Row): Row => ({ ...first(index), 税种: '印花税', ...cells });
  const rejected: Row[] = [
    first(3),
    bad(4, { '应缴税额(元)': '', '实缴税额(元)': '' }),
    bad(5, { '应缴税额(元)': '36000000', '实缴税额(元)': '3600' }),
    bad(6, { 税款所属期: '', 税款所属期起: '2026-01-01' }),
    bad(7, { 税款所属期: '' }),
    bad(8, { 税款所属期: '', 税款所属期起: '2026-03-31', 税款所属期止: '2026-01-01' }),
    bad(9, { 税款所属期: '', 税款所属期起: '2025-12-01', 税款所属期止: '2026-01-31' }),
    bad(10, { 年度: 2024 }),
    bad(11, { 税款所属期: '上季度' }),
    bad(12, { 税种: '屠宰税' }),
    // Stored with a mark.
    bad(13, { '应缴税额(元)': '1.2万元', '实缴税额(元)': '1.2万元' }),
  ];
  return {
    item: 'tax.payment',
    name: '24-tax-payment.xlsx',
    bytes: xlsx([
      {
        sheet: '增值税',
        above: ['2026年一至三季度增值税入库情况'],
        headers: TAX_PAYMENT_HEADERS,
        rows: [...vat, ...rejected],
      },
      { sheet: '企业所得税', above: ['2025年度企业所得税汇算清缴情况'], headers: TAX_PAYMENT_HEADERS, rows: income },
    ]),
  };
}

export function taxPaymentRow(subject: Subject, tax: string, quarter: 1 | 2 | 3, by: Chance): Row {
  const owed = (
    by.between(isIndividual(subject) ? 200 : 8000, isIndividual(subject) ? 3000 : 160_000) +
    by.below(100) / 100
  ).toFixed(2);
  return {
    纳税人名称: subject.name,
    统一社会信用代码: subject.creditCode ?? '',
    税款所属期: by.pick([
      `2026年第${quarter}季度`,
      `2026年${quarter}季度`,
      `2026-${String(quarter * 3 - 2).padStart(2, '0')}至2026-${String(quarter * 3).padStart(2, '0')}`,
    ]),
    税种: tax,
    '应缴税额(元)': owed,
    '实缴税额(元)': owed,
    缴款日期: { day: `2026-${String(quarter * 3 + 1).padStart(2, '0')}-${String(by.between(8, 15)).padStart(2, '0')}` },
    主管税务机关: districtTax(districtOf(subject.district)).name,
  };
}

export function unpaid(row: Row): Row {
  return { ...row, '实缴税额(元)': '0.00', 缴款日期: '' };
}
