import {
  cleanCompany,
  finedDepartment,
  mistypedCode,
  mistypedCompany,
  redCardCompany,
  renamedCompany,
  rewardedCompany,
  type StorySubject,
} from '../story.ts';
import { cityEnvironment, districtEnvironment, districtOf } from './authorities.ts';
import { withWrongCheck } from './codes.ts';
import { addDays, referenceDay } from './days.ts';
import { environmentViolations, leachate, wasteWater } from './environment-violations.ts';
import {
  numbered,
  type Penalty,
  publicationEnd,
  type StandardRow,
  standardHeaders,
  standardRow,
  type Violation,
} from './penalty.ts';
import { type Chance, chance } from './random.ts';
import { csvInGbk, csvWithMark, type Row, type SubmittedFile } from './sheet.ts';
import { type Subject, told, traders } from './subjects.ts';

export const ENVIRONMENT_RATING_HEADERS = [
  '企业名称',
  '统一社会信用代码',
  '评价年度',
  '评价等级',
  '评价分值',
  '评价名称',
  '评价批次',
  '评价时间',
  '评价机构',
  '评价机构统一社会信用代码',
  '地区名称',
] as const;

/** The same four grades in the words of four clerks. */
const GRADES = {
  GREEN: ['绿牌', '环保诚信企业', '环保诚信', '绿标'],
  BLUE: ['蓝牌', '环保良好企业', '环保良好', '蓝标'],
  YELLOW: ['黄牌', '环保警示企业', '环保警示', '黄标'],
  RED: ['红牌', '环保不良企业', '环保不良', '红标'],
} as const;

export type EnvironmentGrade = keyof typeof GRADES;

const SCORES: Readonly<Record<EnvironmentGrade, readonly [number, number]>> = {
  GREEN: [95, 100],
  BLUE: [80, 94],
  YELLOW: [60, 79],
  RED: [20, 59],
};

const TOLD_GRADES: readonly (readonly [StorySubject, EnvironmentGrade, EnvironmentGrade])[] = [
  [cleanCompany, 'GREEN', 'GREEN'],
  [rewardedCompany, 'BLUE', 'GREEN'],
  [mistypedCompany, 'BLUE', 'BLUE'],
  [redCardCompany, 'YELLOW', 'RED'],
];

/** Two years of ratings in GBK. */
export function environmentRatingFile(): SubmittedFile {
  const by = chance(20_130_150);
  const rated = traders.filter(({ trade }) => trade?.isPolluting === true).slice(0, 66);
  const good = [2024, 2025].flatMap((year, index) => [
    ...TOLD_GRADES.map(([story, ...grades]) => environmentRatingRow(told(story), year, grades[index] ?? 'BLUE', by)),
    ...rated.map((subject) => environmentRatingRow(subject, year, drawnGrade(by), by)),
  ]);
  const first = (index: number): Row => good[index] ?? {};
  const rows: Row[] = [
    ...good,
    first(10),
    first(11),
    { ...first(20), 评价等级: '黑牌' },
    { ...first(21), 统一社会信用代码: withWrongCheck(String(first(21).统一社会信用代码)) },
    { ...first(22), 评价年度: '', 评价名称: '企业环境信用评价', 评价批次: '第一批' },
    { ...first(23), 评价机构: '', 评价机构统一社会信用代码: '' },
  ];
  return {
    item: 'environment.credit-rating',
    name: '09-environment-credit-rating.csv',
    bytes: csvInGbk({ headers: ENVIRONMENT_RATING_HEADERS, rows }),
  };
}

function drawnGrade(by: Chance): EnvironmentGrade {
  const drawn = by.below(100);
  if (drawn < 25) return 'GREEN';
  if (drawn < 80) return 'BLUE';
  return drawn < 94 ? 'YELLOW' : 'RED';
}

export function environmentRatingRow(subject: Subject, year: number, grade: EnvironmentGrade, by: Chance): Row {
  const [from, until] = SCORES[grade];
  return {
    企业名称: subject.name,
    统一社会信用代码: subject.creditCode ?? '',
    // Every fifth export leaves the year to the evaluation's name.
    评价年度: by.happens(20) ? '' : year,
    评价等级: by.pick(GRADES[grade]),
    评价分值: by.between(from, until),
    评价名称: `云泽市${year}年度企业环境信用评价`,
    评价批次: '第一批',
    评价时间: `${year + 1}-06-${by.between(10, 28)}`,
    评价机构: cityEnvironment.name,
    评价机构统一社会信用代码: cityEnvironment.creditCode,
    // Another province has a county of that name, too: the code tells which is meant.
    地区名称: subject.district === '990121' ? subject.district : districtOf(subject.district).label,
  };
}

/** The environment department's penalties under the Chinese names of the 2018 standard, in UTF-8 with its mark. */
export function environmentPenaltyFile(): SubmittedFile {
  const by = chance(20_190_527);
  const polluters = traders.filter(({ trade }) => trade?.isPolluting === true);
  const decisions = [
    environmentDecision(told(redCardCompany), wasteWater, { fine: 540_000, decidedOn: '2026-02-11', number: 6 }),
    environmentDecision(told(finedDepartment), leachate, { fine: 120_000, decidedOn: '2026-05-27', number: 21 }),
    environmentDecision(told(mistypedCompany), wasteWater, { fine: 80_000, decidedOn: '2026-03-18', number: 11 }),
    {
      ...environmentDecision(told(renamedCompany), nightNoise(), { fine: 10_000, decidedOn: '2023-05-16', number: 30 }),
      name: renamedCompany.formerName ?? '',
    },
    ...Array.from({ length: 42 }, (_, index) => {
      const violation = by.pick(environmentViolations);
      const fine = Math.round(by.between(violation.from, violation.until) / 1000) * 1000;
      return environmentDecision(by.pick(polluters), violation, {
        fine,
        decidedOn: addDays(referenceDay, -by.between(6, 900)),
        number: 40 + index,
      });
    }),
  ];
  const good = decisions.map((one, index) => standardRow(one, index + 1)).map(inStory);
  const first = (index: number): StandardRow => good[index] ?? fail();
  const rows: StandardRow[] = [
    ...good,
    first(9),
    { ...first(10), 行政相对人名称: '戚某某', 行政相对人类别: '自然人', '行政相对人代码_1（统一社会信用代码）': '' },
    {
      ...first(11),
      处罚机关统一社会信用代码: withWrongCheck(cityEnvironment.creditCode),
      行政处罚决定书文号: '云环罚〔2026〕901号',
    },
    { ...first(12), 违法事实: '', 行政处罚决定书文号: '云环罚〔2026〕902号' },
    {
      ...first(13),
      行政处罚决定书文号: '云环罚〔2026〕903号',
      处罚内容: '罚款20000元。',
      处罚类别: '罚款',
      '罚款金额（万元）': '20000',
    },
  ];
  return {
    item: 'environment.penalty',
    name: '10-environment-penalty.csv',
    bytes: csvWithMark({ above: ['云泽市生态环境行政处罚信息公示表'], headers: standardHeaders, rows }),
  };
}

/** The rows that the story tells of: a typing error in a code, formal numerals, an old code. */
function inStory(row: StandardRow): StandardRow {
  const code = '行政相对人代码_1（统一社会信用代码）';
  if (row.行政相对人名称 === mistypedCompany.name) return { ...row, [code]: mistypedCode };
  if (row.行政相对人名称 === renamedCompany.formerName)
    return { ...row, [code]: renamedCompany.formerCreditCode ?? '' };
  if (row.行政相对人名称 === redCardCompany.name) return { ...row, 处罚内容: '责令改正,罚款人民币伍拾肆万元整。' };
  return row;
}

function nightNoise(): Violation {
  return environmentViolations[0] ?? wasteWater;
}

export function environmentDecision(
  counterpart: Subject,
  violation: Violation,
  { fine, decidedOn, number }: { readonly fine: number; readonly decidedOn: string; readonly number: number },
): Penalty {
  const isOfCity = number % 3 === 0;
  const district = districtOf(counterpart.district);
  const severity = fine >= 200_000 ? '严重' : '一般';
  return {
    counterpart,
    violation,
    fine,
    confiscated: 0,
    decidedOn,
    endsOn: publicationEnd(decidedOn, severity),
    authority: isOfCity ? cityEnvironment : districtEnvironment(district),
    documentNumber: numbered(isOfCity ? '云环罚' : `云环(${district.label.charAt(0)})罚`, decidedOn, number),
    procedure: '普通程序',
    severity,
  };
}

function fail(): never {
  throw new Error('the file has too few rows');
}
