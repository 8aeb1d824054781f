import { cleanCompany, correctedCompany } from '../story.ts';
import { withWrongCheck } from './codes.ts';
import { marketDecisions } from './market-decisions.ts';
import {
  type Penalty,
  renamed,
  type StandardHeader,
  type StandardRow,
  standardHeaders,
  standardRow,
} from './penalty.ts';
import { csvInGbk, type Row, type SubmittedFile, xlsx } from './sheet.ts';
import { subjects } from './subjects.ts';

/** Two files: the city's own system with the codes of the 2018 standard, and the districts' sheet put together by hand. */
export function marketPenaltyFiles(): readonly SubmittedFile[] {
  const all = marketDecisions(124);
  const [city, late] = [all.slice(0, 110), all.slice(110)];
  return [
    { item: 'market.penalty', name: '03-market-penalty-city-2018-codes.csv', bytes: cityFile(city) },
    { item: 'market.penalty', name: '04-market-penalty-districts.xlsx', bytes: districtFile(city, late) },
  ];
}

/** Standard header → column code. 失信程度 and 处罚程序 came later and stand there under their names. */
export const COLUMN_CODES: readonly (readonly [StandardHeader, string])[] = [
  ['行政相对人名称', 'CF_XDR_MC'],
  ['行政相对人类别', 'CF_XDR_LB'],
  ['行政相对人代码_1（统一社会信用代码）', 'CF_XDR_SHXYM'],
  ['行政相对人代码_2（工商注册号）', 'CF_XDR_GSZC'],
  ['法定代表人', 'CF_FRDB'],
  ['行政处罚决定书文号', 'CF_WSH'],
  ['违法行为类型', 'CF_WFXW'],
  ['违法事实', 'CF_SY'],
  ['处罚依据', 'CF_YJ'],
  ['处罚类别', 'CF_CFLB'],
  ['处罚内容', 'CF_NR'],
  ['罚款金额（万元）', 'CF_NR_FK'],
  ['没收违法所得、没收非法财物的金额（万元）', 'CF_NR_WFFF'],
  ['暂扣或吊销证照名称及编号', 'CF_NR_ZKDX'],
  ['处罚决定日期', 'CF_JDRQ'],
  ['处罚有效期', 'CF_YXQ'],
  ['公示截止期', 'CF_GSJZQ'],
  ['处罚机关', 'CF_CFJG'],
  ['处罚机关统一社会信用代码', 'CF_CFJGDM'],
  ['数据来源单位', 'CF_SJLY'],
  ['数据来源单位统一社会信用代码', 'CF_SJLYDM'],
  ['处罚程序', '处罚程序'],
  ['失信程度', '失信程度'],
  ['备注', 'BZ'],
];

/** GBK, half-width brackets, days without hyphens, and an ID column that the city's system still exports, masked. */
function cityFile(penalties: readonly Penalty[]): Buffer {
  const good = penalties.map((one, index) => standardRow(one, index + 1));
  const rows = [...good];
  const at = (index: number): StandardRow => good[index] ?? fail();
  // The same decision once more, word for word.
  rows.splice(50, 0, at(40), at(41));
  rows.splice(60, 0, {
    ...at(60),
    行政相对人名称: '窦某某',
    行政相对人类别: '自然人',
    '行政相对人代码_1（统一社会信用代码）': '',
  });
  rows.splice(
    70,
    0,
    changed(at(70), {
      '行政相对人代码_1（统一社会信用代码）': withWrongCheck(at(70)['行政相对人代码_1（统一社会信用代码）']),
    }),
  );
  rows.splice(80, 0, changed(at(80), { 处罚决定日期: '2062-03-09', 公示截止期: '2065-03-09' }));
  rows.splice(
    85,
    0,
    changed(at(85), { 处罚机关: '', 处罚机关统一社会信用代码: '', 数据来源单位: '', 数据来源单位统一社会信用代码: '' }),
  );
  rows.splice(
    90,
    0,
    changed(at(90), {
      处罚类别: '罚款',
      处罚内容: '罚款。',
      '罚款金额（万元）': '0',
      '没收违法所得、没收非法财物的金额（万元）': '',
    }),
  );
  rows.splice(
    95,
    0,
    changed(at(95), {
      '行政相对人代码_1（统一社会信用代码）': cleanCompany.creditCode ?? '',
      '行政相对人代码_2（工商注册号）': anotherNumber(),
    }),
  );
  const headers = [
    'CF_XDR_MC',
    'CF_XDR_LB',
    'CF_XDR_SHXYM',
    'CF_XDR_GSZC',
    'CF_FRDB',
    'CF_FR_SFZH',
    ...COLUMN_CODES.slice(5).map(([, code]) => code),
  ];
  return csvInGbk({ headers, rows: rows.map(inCityStyle) });
}

export function inCityStyle(row: StandardRow): Row {
  const named = renamed(row, COLUMN_CODES);
  return {
    ...named,
    CF_XDR_MC: row.行政相对人名称.replace('（', '(').replace('）', ')'),
    CF_FR_SFZH: '******************',
    CF_JDRQ: row.处罚决定日期.replaceAll('-', ''),
    CF_GSJZQ: row.公示截止期.replaceAll('-', ''),
  };
}

/**
 * A workbook put together by hand: title and notice above the header, real date cells, ideographic blanks. It holds ten
 * decisions that the city has sent already, and corrects one of them.
 */
function districtFile(city: readonly Penalty[], late: readonly Penalty[]): Buffer {
  const again = city.slice(33, 43).map((one, index) => standardRow(one, index + 1));
  const correction = city.find(({ counterpart }) => counterpart.name === correctedCompany.name) ?? fail();
  const corrected = standardRow({ ...correction, fine: 50_000 }, 11);
  const good = late.map((one, index) => standardRow(one, index + 12));
  const rows = [...again, corrected, ...good];
  const at = (index: number): StandardRow => good[index] ?? fail();
  const bad = (index: number, cells: Partial<StandardRow>): StandardRow =>
    changed(at(index), { ...cells, 行政处罚决定书文号: `${at(index).行政处罚决定书文号}（补）` });
  rows.push(
    bad(0, { 行政相对人名称: '', 备注: '当事人名称待补' }),
    bad(1, { 处罚决定日期: '2026-02-30' }),
    bad(2, { 公示截止期: '2019-12-31' }),
    bad(3, { '行政相对人代码_1（统一社会信用代码）': at(3)['行政相对人代码_1（统一社会信用代码）'].slice(0, 17) }),
    bad(4, { '行政相对人代码_1（统一社会信用代码）': '无', 备注: '无照经营,无统一社会信用代码' }),
    // Stored with a mark: yuan in the column of 万元, a kind of penalty that no table knows, a month without its day.
    bad(5, {
      处罚类别: '罚款',
      处罚内容: '罚款3000元。',
      '罚款金额（万元）': '3000',
      '没收违法所得、没收非法财物的金额（万元）': '',
    }),
    bad(6, {
      处罚类别: '责令限期改正',
      处罚内容: '责令限期改正。',
      '罚款金额（万元）': '',
      '没收违法所得、没收非法财物的金额（万元）': '',
    }),
    bad(7, { 处罚决定日期: '2026.03', 公示截止期: '2029-03-31' }),
    bad(8, {
      处罚内容: '罚款2000元。',
      处罚类别: '罚款',
      '罚款金额（万元）': '2000元',
      '没收违法所得、没收非法财物的金额（万元）': '',
    }),
  );
  return xlsx([
    {
      sheet: '行政处罚',
      above: [
        '云泽市各区县市场监管部门行政处罚信息归集表',
        '填报说明:金额单位为万元;长期有效的填“长期”;同一决定勿重复填报。',
      ],
      headers: standardHeaders,
      rows: rows.map((row) => ({
        ...row,
        行政相对人名称: row.行政相对人名称 === '' ? '\u3000' : `${row.行政相对人名称}\u3000`,
        处罚决定日期: dateCell(row.处罚决定日期),
        处罚有效期: '长期',
        公示截止期: dateCell(row.公示截止期),
      })),
    },
  ]);
}

function dateCell(day: string): string | { readonly day: string } {
  return /^\d{4}-\d{2}-\d{2}$/u.test(day) && day !== '2026-02-30' ? { day } : day;
}

function changed(row: StandardRow, cells: Partial<StandardRow>): StandardRow {
  return { ...row, ...cells };
}

/** A registration number of some other company than the clean one. */
function anotherNumber(): string {
  return (
    subjects.find(({ isOrdinary, registrationNumber }) => isOrdinary && registrationNumber !== null)
      ?.registrationNumber ?? fail()
  );
}

function fail(): never {
  throw new Error('the file has too few rows');
}
