import { authorityColumns } from '../../platform/import/authority.ts';
import {
  type ColumnOptions,
  coded,
  codedList,
  date,
  labelIn,
  money,
  OCCASIONAL,
  telling,
  text,
  wordsIn,
  wordsOf,
} from '../../platform/sheets/index.ts';
import { codeTable } from '../../schema/codes/city.ts';
import {
  doublePublicityCounterpart,
  doublePublicityScope,
  legalRepresentativeColumn,
} from '../double-publicity/columns.ts';

/** What is told of 当前状态; any other word is no withdrawal either. */
const STATES: ReadonlyMap<string, boolean> = new Map([
  ['正常', false],
  ['撤销', true],
]);

/**
 * The 30 items of the double-publicity data standard (发改办财金〔2018〕424号) with their CF_ codes, the names of its
 * predecessor of 2015, and headers seen in published files. 备注 is not public and stays in `source`.
 */
export const penaltySheetColumns = {
  ...doublePublicityCounterpart,
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
  legalRepresentativeName: legalRepresentativeColumn(['CF_FRDB', 'CF_FDDB', 'CF_FR']),
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
      '行政处罚决定文书号东地一所',
      '税务行政处罚决定书文号',
      'CF_WSH',
    ],
    { isRequired: true, maxLength: 128, describes: { example: '云监罚〔2026〕18号' } },
  ),
  violationType: text(['违法行为类型', 'CF_WFXW'], { maxLength: 2000, describes: { example: '未按规定公示许可信息' } }),
  /** Of 2015, in place of 违法行为类型. */
  penaltyTitle: text(['处罚名称', '案件名称', '行政处罚事项名称', 'CF_CFMC'], {
    maxLength: 2000,
    describes: OCCASIONAL,
  }),
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
    { isRequired: true, maxLength: 5000, describes: { example: '当事人未按规定公示许可信息,经查属实。' } },
  ),
  legalBasis: text(['处罚依据', '行政处罚依据', '行政处罚的种类和依据', '报送纳税资料处罚依据', 'CF_YJ'], {
    isRequired: true,
    maxLength: 2048,
    describes: { example: '《中华人民共和国行政处罚法》第九条' },
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
      describes: { example: '罚款' },
    },
  ),
  furtherPenaltyTypes: penaltyTypes(['处罚类别2', 'CF_CFLB2'], { describes: OCCASIONAL }),
  content: text(
    ['处罚内容', '处罚结果', '处罚决定', '行政处罚内容', '行政处罚决定内容', '行政处罚种类及金额', 'CF_NR', 'CF_JG'],
    {
      isRequired: true,
      maxLength: 4000,
      describes: { example: '罚款5000元。' },
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
    { unit: 'TEN_THOUSAND_YUAN', describes: OCCASIONAL },
  ),
  affectedLicence: text(['暂扣或吊销证照名称及编号', '暂扣或者吊销证照名称及编号', 'CF_NR_ZKDX'], {
    maxLength: 200,
    describes: OCCASIONAL,
  }),
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
  effectiveUntil: date(['处罚有效期', '处罚截止期', 'CF_YXQ', 'CF_JZQ'], { openEnded: true, describes: OCCASIONAL }),
  publicationEndsOn: date(['公示截止期', '公示截止日期', '公示截止日', 'CF_GSJZQ'], { openEnded: true }),
  procedure: coded(
    ['处罚程序', '处罚程序类型', '适用程序', '办案程序', '案件程序', '是否简易程序'],
    telling((word) => IS_SUMMARY.get(word) ?? codeTable('procedures').byLabel(word)?.code, wordsOf('procedures')),
  ),
  severity: coded(['失信程度', '失信严重程度', '失信信息程度', '严重程度'], labelIn('severity-tiers')),
  ...doublePublicityScope,
  /** 当前状态 of 2015: 0 正常, 1 撤销, 2 异议, 3 其他. Only a withdrawal changes what may be shown. */
  isWithdrawn: coded(
    ['当前状态', '当权状态', 'CF_ZT'],
    telling((word) => WITHDRAWN.has(word.replace(/\.0+$/u, '')), wordsIn(STATES)),
  ),
};

function penaltyTypes<const Options extends ColumnOptions>(aliases: readonly string[], options: Options) {
  return codedList(aliases, labelIn('penalty-types'), { ...options, otherwise: 'OTHER' });
}

const IS_SUMMARY: ReadonlyMap<string, string> = new Map([
  ['是', 'SUMMARY'],
  ['否', 'ORDINARY'],
]);
const WITHDRAWN: ReadonlySet<string> = new Set(['1', '撤销', '已撤销', '撤消', '已撤消']);
