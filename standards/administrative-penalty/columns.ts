import { authorityColumns } from '../../platform/import/authority.ts';
import { counterpartColumns } from '../../platform/import/counterpart.ts';
import { type Column, coded, codedList, date, money, never, text } from '../../platform/sheets/index.ts';
import { ACCESS_LEVELS, type AccessLevel } from '../../platform/viewer/viewer.ts';
import { codeTable } from '../../schema/codes/city.ts';

/**
 * The 30 items of the double-publicity data standard (发改办财金〔2018〕424号) with their CF_ codes, the names of its
 * predecessor of 2015, and headers seen in published files. 备注 is not public and stays in `source`.
 */
export const penaltySheetColumns = {
  ...counterpartColumns,
  counterpartName: alsoNamed(counterpartColumns.counterpartName, [
    '行政相对人名',
    '被处罚单位名称',
    '被处罚人姓名或名称',
    '被处罚单位(被处罚人)',
    '被处罚人',
    '违法企业名称或违法自然人姓名',
  ]),
  creditCode: alsoNamed(counterpartColumns.creditCode, [
    '统一社会信用代',
    '公司统一社会信用代码',
    '统一社会信用代码(纳税人识别号)',
    '社会信用代码(纳税人识别号)',
    '纳税人识别号(或统一社会信用代码)',
    '纳税人识别号(统一社会信用代码)',
    '纳税人识别号(统一社会信息代码)',
    '行政相对人统一社会信用代码(纳税人识别号)',
    '统一社会信用代码(居民身份证)',
  ]),
  // The standard of 2015 counted the numbers in another order: the words in the brackets say which one it is.
  registrationNumber: alsoNamed(counterpartColumns.registrationNumber, [
    '行政相对人代码_3(工商登记码)',
    '行政相对人代码_2(工商登记码)',
  ]),
  organizationCode: alsoNamed(counterpartColumns.organizationCode, [
    // Without the words in brackets: the order of 2015. A registration number in it is taken for what it is.
    '行政相对人代码_2',
    '行政相对人代码_2(组织机构代码)',
    '行政相对人代码_2(组织机构信用代码)',
  ]),
  taxRegistrationNumber: alsoNamed(counterpartColumns.taxRegistrationNumber, [
    '行政相对人代码_3(纳税人识别号)',
    '行政相对人代码_3(税务登记号)',
    '税务登记证号',
    '统一社会信用代码(纳税人识别码)',
  ]),
  personIdNumber: never([
    ...counterpartColumns.personIdNumber.aliases,
    '(居民身份证)',
    '行政相对人代码_4',
    '行政相对人代码_4(居民身份证号)',
    '行政相对人代码_5(居民身份证号)',
  ]),
  ...authorityColumns([
    '处罚机关',
    '处罚机构',
    '处罚部门',
    '处罚机关名称',
    '作出处罚的机关名称',
    '行政处罚机关',
    'CF_CFJG',
    'CF_XZJG',
  ]),
  legalRepresentativeName: text(
    [
      '法定代表人',
      '法定代表人姓名',
      '法定代表人(负责人)',
      '法定代表人或负责人姓名',
      '法定代表人或主要负责人姓名',
      '法定代表人(负责人)姓名',
      '法人代表人',
      '主要负责人',
      '主要负责人姓名',
      '负责人',
      'CF_FRDB',
      'CF_FDDB',
      'CF_FR',
    ],
    { maxLength: 50 },
  ),
  documentNumber: text(
    [
      '行政处罚决定书文号',
      '行政处罚决定文书号',
      '行政处罚决定书号',
      '处罚决定书文号',
      '处罚决定文书编号',
      '处罚文号',
      '行政处罚文号',
      '决定书文号',
      '行政处罚文书号',
      '政处罚决定书文号',
      '政处罚决定文书号',
      '行政处罚决定文书号 东地一所',
      '税务行政处罚决定书文号',
      'CF_WSH',
    ],
    { isRequired: true, maxLength: 128 },
  ),
  violationType: text(['违法行为类型', 'CF_WFXW'], { maxLength: 2000 }),
  /** Of 2015, in place of 违法行为类型. */
  penaltyTitle: text(['处罚名称', '案件名称', '行政处罚事项名称', 'CF_CFMC'], { maxLength: 2000 }),
  violationFacts: text(
    [
      '违法事实',
      '处罚事由',
      '主要违法事实',
      '主要违法事实(案由)',
      '主要违法犯罪事实(案由)',
      '违法事由',
      '罚款事由',
      '案由',
      'CF_SY',
    ],
    { isRequired: true, maxLength: 5000 },
  ),
  legalBasis: text(['处罚依据', '行政处罚依据', '行政处罚的种类和依据', '报送纳税资料处罚依据', 'CF_YJ'], {
    isRequired: true,
    maxLength: 2048,
  }),
  penaltyTypes: penaltyTypes(
    [
      '处罚类别',
      '处罚类型',
      '处罚种类',
      '行政处罚种类',
      '行政处罚类别',
      '税务行政处罚处罚类别',
      '处罚类别1',
      'CF_CFLB',
      'CF_CFLB1',
    ],
    {
      isRequired: true,
    },
  ),
  furtherPenaltyTypes: penaltyTypes(['处罚类别2', 'CF_CFLB2'], {}),
  content: text(
    ['处罚内容', '处罚结果', '处罚决定', '行政处罚内容', '行政处罚决定内容', '行政处罚种类及金额', 'CF_NR', 'CF_JG'],
    {
      isRequired: true,
      maxLength: 4000,
    },
  ),
  // A header that says (元) is read as yuan: money() takes the unit from it.
  fine: money(['罚款金额(万元)', '罚款金额(元)', '罚款金额', '罚款数额(元)', '罚款数额(万元)', 'CF_NR_FK'], {
    unit: 'TEN_THOUSAND_YUAN',
  }),
  confiscated: money(
    [
      '没收违法所得、没收非法财物的金额(万元)',
      '没收违法所得、没收非法财物的金额(元)',
      '没收违法所得、没收非法财物的金额',
      '没收违法所得、没收非法财物金额(万元)',
      '没收违法所得、没收非法财物金额(元)',
      '没收金额(万元)',
      '没收金额(元)',
      '没收金额',
      'CF_NR_WFFF',
    ],
    { unit: 'TEN_THOUSAND_YUAN' },
  ),
  affectedLicence: text(['暂扣或吊销证照名称及编号', '暂扣或者吊销证照名称及编号', 'CF_NR_ZKDX'], { maxLength: 200 }),
  decidedOn: date(
    [
      '处罚决定日期',
      '行政处罚决定日期',
      '作出行政处罚决定的日期',
      '作出行政处罚的日期',
      '做出处罚的日期',
      '作出处罚决定日期',
      '处罚日期',
      '处罚决定日期(处罚生效期)',
      '处罚生效期',
      'CF_JDRQ',
      'CF_SXQ',
    ],
    { isRequired: true },
  ),
  effectiveUntil: date(['处罚有效期', '处罚截止期', 'CF_YXQ', 'CF_JZQ'], { openEnded: true }),
  publicationEndsOn: date(['公示截止期', '公示截止日期', '公示截止日', 'CF_GSJZQ'], { openEnded: true }),
  procedure: coded(
    ['处罚程序', '处罚程序类型', '适用程序', '办案程序', '案件程序', '是否简易程序'],
    (word) => IS_SUMMARY.get(word) ?? codeTable('procedures').byLabel(word)?.code,
  ),
  severity: coded(
    ['失信程度', '失信严重程度', '失信信息程度', '严重程度'],
    (word) => codeTable('severity-tiers').byLabel(word)?.code,
  ),
  // Local extensions that say whether the row may be shown at all.
  publicity: coded<AccessLevel, { readonly otherwise: AccessLevel }>(
    ['信息使用范围', '使用范围', '公开属性', 'CF_SYFW'],
    (word) => ACCESS_LEVELS.find((level) => level === codeTable('publicity-attributes').byLabel(word)?.code),
    { otherwise: 'CONFIDENTIAL' },
  ),
  isPublished: coded(['是否公示', '是否予以公示', '是否公开'], (word) => YES_OR_NO.get(word)),
  withheldReason: text(['不予公示原因', '不公示原因', '不予公示理由', '不予公开原因'], { maxLength: 512 }),
  /** 当前状态 of 2015: 0 正常, 1 撤销, 2 异议, 3 其他. Only a withdrawal changes what may be shown. */
  isWithdrawn: coded(['当前状态', '当权状态', 'CF_ZT'], (word) => WITHDRAWN.has(word.replace(/\.0+$/u, ''))),
};

function penaltyTypes<const Options extends { readonly isRequired?: boolean }>(
  aliases: readonly string[],
  options: Options,
) {
  const lookup = (word: string) => codeTable('penalty-types').byLabel(word)?.code;
  return codedList(aliases, lookup, { ...options, otherwise: 'OTHER' });
}

function alsoNamed<Value>(column: Column<Value>, aliases: readonly string[]): Column<Value> {
  return { ...column, aliases: [...column.aliases, ...aliases] };
}

const IS_SUMMARY: ReadonlyMap<string, string> = new Map([
  ['是', 'SUMMARY'],
  ['否', 'ORDINARY'],
]);
const YES_OR_NO: ReadonlyMap<string, boolean> = new Map([
  ['是', true],
  ['公示', true],
  ['公开', true],
  ['1', true],
  ['否', false],
  ['不公示', false],
  ['不公开', false],
  ['0', false],
]);
const WITHDRAWN: ReadonlySet<string> = new Set(['1', '撤销', '已撤销', '撤消', '已撤消']);
