import { type Chance, chance } from '../../demonstration/generator/random.ts';
import { checkCharacter } from '../../schema/identifiers/credit-code.ts';
import { checkCharacter as organizationCheck } from '../../schema/identifiers/organization-code.ts';

/** One file to import: a catalogue item and its rows, the header first. */
export interface PatternFile {
  readonly item: string;
  readonly rows: readonly (readonly string[])[];
}

/** How many different subjects there are; the rest of the city are copies of them under names and codes of their own. */
export const PATTERNS = 60;

/** An invented subject's name; what stands between 样本 and 号 is its number. */
export function nameOf(number: number): string {
  return `云泽样本${String(number).padStart(6, '0')}号制造有限公司`;
}

/** An invented subject's credit code, with fitting check digits, of a district that does not exist. */
export function codeOf(number: number): string {
  const body = `BK${String(number).padStart(6, '0')}`;
  const first17 = `91990102${body}${organizationCheck(body)}`;
  return `${first17}${checkCharacter(first17)}`;
}

export const DISTRICTS = ['990102', '990103', '990104', '990105', '990121', '990181'];
const INDUSTRIES = ['1311', '1711', '2614', '3011', '3311', '3670', '4813', '5211', '6520', '7221'];
const TAXES = ['增值税', '企业所得税', '房产税', '城镇土地使用税', '印花税'];

/**
 * The pattern subjects' files. Who has what: a registration each; tax ratings of up to ten years, four in ten of them A
 * (the others are not public); arrears 30 %, market penalties 40 %, environment penalties 20 %, environmental ratings
 * 50 %, dishonest-debtor entries 15 %, lists 20 %. Days count back from `today`, so that the mix does not change with the
 * calendar; penalties are older than their publication in a part of cases, and a few are withheld by their source.
 */
export function patternFiles(today: string): readonly PatternFile[] {
  const city = patterns(today);
  return [
    {
      item: 'credit.subject',
      rows: [['机构名称', '统一社会信用代码', '曾用名', '行政区划', '行业代码'], ...city.subjects],
    },
    {
      item: 'market.registration',
      rows: [
        [
          '企业名称',
          '统一社会信用代码',
          '登记机关',
          '登记状态',
          '企业类型',
          '法定代表人',
          '注册资本(万元)',
          '成立日期',
          '住所',
          '行业代码',
        ],
        ...city.registrations,
      ],
    },
    { item: 'market.penalty', rows: [PENALTY_HEADER, ...city.marketPenalties] },
    { item: 'environment.penalty', rows: [PENALTY_HEADER, ...city.environmentPenalties] },
    {
      item: 'environment.credit-rating',
      rows: [
        ['企业名称', '统一社会信用代码', '评价机构', '评价年度', '评价等级', '评价日期'],
        ...city.environmentRatings,
      ],
    },
    {
      item: 'tax.credit-rating',
      rows: [['纳税人名称', '统一社会信用代码', '评价单位', '评价年度', '信用等级', '评价日期'], ...city.taxRatings],
    },
    {
      item: 'tax.arrears',
      rows: [['纳税人名称', '统一社会信用代码', '公告机关', '公告日期', '欠税税种', '欠税余额(元)'], ...city.arrears],
    },
    {
      item: 'courts.dishonest-debtor',
      rows: [
        [
          '被执行人姓名或名称',
          '统一社会信用代码',
          '被执行人类型',
          '执行法院',
          '案号',
          '立案日期',
          '发布日期',
          '生效法律文书确定的义务',
          '履行情况',
          '失信行为具体情形',
        ],
        ...city.debtorEntries,
      ],
    },
    {
      item: 'credit.serious-dishonesty-listing',
      rows: [
        [
          '主体名称',
          '统一社会信用代码',
          '列入部门',
          '名单名称',
          '列入事由',
          '列入依据',
          '认定文号',
          '列入日期',
          '有效期至',
        ],
        ...city.listings,
      ],
    },
  ];
}

const PENALTY_HEADER = [
  '行政相对人名称',
  '统一社会信用代码',
  '处罚机关',
  '行政处罚决定书文号',
  '违法行为类型',
  '违法事实',
  '处罚依据',
  '处罚类别',
  '处罚内容',
  '罚款金额(元)',
  '处罚决定日期',
  '不予公示原因',
];

function patterns(today: string) {
  const random = chance(20_261_121);
  const year = Number(today.slice(0, 4));
  const all = Array.from({ length: PATTERNS }, (_none, index) => subject(index + 1, random, today, year));
  const of = (pick: (one: (typeof all)[number]) => readonly (readonly string[])[]) => all.flatMap(pick);
  return {
    subjects: of((one) => [one.subject]),
    registrations: of((one) => [one.registration]),
    marketPenalties: of((one) => one.marketPenalties),
    environmentPenalties: of((one) => one.environmentPenalties),
    environmentRatings: of((one) => one.environmentRatings),
    taxRatings: of((one) => one.taxRatings),
    arrears: of((one) => one.arrears),
    debtorEntries: of((one) => one.debtorEntries),
    listings: of((one) => one.listings),
  };
}

function subject(number: number, random: Chance, today: string, year: number) {
  const who = [nameOf(number), codeOf(number)];
  const industry = random.pick(INDUSTRIES);
  const daysAgo = (from: number, until: number): string =>
    new Date(Date.parse(today) - random.between(from, until) * 86_400_000).toISOString().slice(0, 10);
  const some = (percent: number, most: number): number => (random.happens(percent) ? random.between(1, most) : 0);
  const times = <Row>(count: number, row: (index: number) => Row): Row[] =>
    Array.from({ length: count }, (_none, index) => row(index));
  const penalties = (count: number, authority: string, word: string) =>
    times(count, (index) => {
      const fine = random.between(1, 400) * 500;
      return [
        ...who,
        authority,
        `云${word}罚〔${year - 1}〕${number * 100 + index}号`,
        '违反经营管理规定',
        '经查,当事人在经营活动中未按规定建立台账并保存票据,情节一般,已责令限期改正。',
        '《中华人民共和国行政处罚法》第二十八条、第三十二条',
        '警告;罚款',
        `警告,并处罚款人民币${fine}元。`,
        String(fine),
        daysAgo(20, 1_500),
        random.happens(10) ? '涉及未公开的调查' : '',
      ];
    });
  return {
    subject: [...who, random.happens(30) ? `云泽旧名${number}厂` : '', random.pick(DISTRICTS), industry],
    registration: [
      ...who,
      '云泽市市场监督管理局',
      random.happens(90) ? '存续' : '注销',
      '有限责任公司(自然人投资或控股)',
      '王某某',
      String(random.between(10, 5_000)),
      daysAgo(1_600, 8_000),
      `云泽市临江区样本路${number}号`,
      industry,
    ],
    marketPenalties: penalties(some(40, 6), '云泽市市场监督管理局', '市监'),
    environmentPenalties: penalties(some(20, 8), '云泽市生态环境局', '环'),
    environmentRatings: times(some(50, 6), (index) => [
      ...who,
      '云泽市生态环境局',
      String(year - 1 - index),
      random.pick(['绿牌', '蓝牌', '黄牌', '红牌']),
      `${year - index}-05-20`,
    ]),
    taxRatings: times(random.between(5, 10), (index) => [
      ...who,
      '国家税务总局云泽市税务局',
      String(year - 1 - index),
      random.happens(40) ? 'A' : random.pick(['B', 'C', 'D']),
      `${year - index}-04-28`,
    ]),
    arrears: times(some(30, 12), (index) => [
      ...who,
      '国家税务总局云泽市税务局',
      daysAgo(30 + index * 90, 110 + index * 90),
      random.pick(TAXES),
      `${random.between(1_000, 900_000)}.${random.between(10, 99)}`,
    ]),
    debtorEntries: times(some(15, 5), (index) => [
      ...who,
      '法人或其他组织',
      '云泽市中级人民法院',
      `(${year - 1})泽01执${number * 100 + index}号`,
      daysAgo(400, 700),
      daysAgo(60, 390),
      '偿还货款及利息',
      random.pick(['全部未履行', '部分未履行']),
      '有履行能力而拒不履行生效法律文书确定义务',
    ]),
    listings: times(some(20, 2), (index) => [
      ...who,
      index === 0 ? '云泽市财政局' : '云泽市应急管理局',
      index === 0 ? '政府采购严重违法失信行为记录名单' : '安全生产严重失信主体名单',
      index === 0 ? '提供虚假材料谋取中标' : '存在重大事故隐患而拒不排除',
      index === 0 ? '《中华人民共和国政府采购法》' : '《安全生产严重失信主体名单管理办法》',
      `云失信〔${year - 1}〕${number}号`,
      daysAgo(30, 900),
      random.happens(50) ? `${year + 1}-12-31` : '',
    ]),
  };
}
