import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { gradeSchemes } from '../../platform/records/grades.ts';
import { readCodeTable } from '../../schema/codes/index.ts';
import { environment } from '../../subgraphs/environment/index.ts';
import { type Cells, madeUpCode, one, submitTo } from './submitted.ts';

const code = madeUpCode('MA7KQ2X5');
const bureau = madeUpCode('00325526', '11');

describe('an environmental credit rating', () => {
  const submit = submitTo(environment.sheets['environment.credit-rating']);
  const row: Cells = {
    主体名称: '云泽市青禾食品有限公司',
    统一社会信用代码: code,
    评价等级: '环保良好',
    评价分值: '86.5',
    评价名称: '2025年度企业环境信用评价',
    评价批次: '第一批',
    评价机构: '云泽市生态环境局',
    评价机构统一社会信用代码: bureau,
    发布时间: '2026-04-20',
    有效期限: '2027-04-19',
    地区名称: '青石区',
  };
  const submitted = (changes: Cells = {}) => one(submit({ ...row, ...changes }));

  it('becomes the record of its subject for the year and the scheme', async () => {
    const { draft, marks } = await submitted();
    expect(draft).toEqual({
      counterpart: { name: '云泽市青禾食品有限公司', identifiers: [{ type: 'CREDIT_CODE', value: code }] },
      keyedBy: 'SUBJECT',
      naturalKey: [2025, 'national-2013'],
      authority: { name: '云泽市生态环境局', creditCode: bureau },
      provider: { name: '云泽市生态环境局', creditCode: bureau },
      documentNumber: null,
      decidedOn: null,
      effectiveUntil: '2027-04-19',
      publishedOn: '2026-04-20',
      publicationEndsOn: null,
      accessLevel: 'PUBLIC',
      withheldReason: null,
      sortedOn: '2025-12-31',
      own: {
        year: 2025,
        grade: 'BLUE',
        gradeScheme: 'national-2013',
        ratingName: '2025年度企业环境信用评价',
        batch: '第一批',
        district: '990104',
        score: '86.50',
      },
    });
    expect(marks).toEqual([]);
  });

  it.each([
    ['绿牌', 'GREEN'],
    ['环保诚信企业（绿牌）', 'GREEN'],
    ['蓝', 'BLUE'],
    ['黄色', 'YELLOW'],
    ['RED', 'RED'],
  ])('understands the grade %s', async (grade, expected) => {
    expect((await submitted({ 评价等级: grade })).draft?.own.grade).toBe(expected);
  });

  it.each([
    [{ 评价等级: '黑色' }, 'UNKNOWN_GRADE'],
    [{ 评价等级: '守信' }, 'UNKNOWN_GRADE'],
    [{ 评价名称: '企业环境信用评价' }, 'NO_YEAR'],
    [{ 评价名称: '2024-2025年度企业环境信用评价' }, 'NO_YEAR'],
    [{ 评价机构: '', 评价机构统一社会信用代码: '' }, 'NO_AUTHORITY'],
    [{ 评价分值: '优' }, 'SCORE_UNREADABLE'],
    [{ 评价分值: '1000.01' }, 'SCORE_UNREADABLE'],
  ])('is refused for %o', async (changes, reason) => {
    expect((await submitted(changes)).reasons).toEqual([reason]);
  });

  it('takes the year from its own column before any words', async () => {
    const { draft } = await one(submit({ ...row, 评价年度: '2024' }));
    expect([draft?.own.year, draft?.sortedOn]).toEqual([2024, '2024-12-31']);
  });

  it('marks a region that it does not know', async () => {
    const { draft, marks } = await submitted({ 地区名称: '高新区管委会' });
    expect([draft?.own.district, marks]).toEqual([null, ['CODE_UNKNOWN']]);
  });
});

describe('the rating schemes', () => {
  const schemeOf = (folder: string) => {
    const path = new URL(`../../subgraphs/environment/codes/${folder}environment-grade-schemes.csv`, import.meta.url);
    return gradeSchemes(() => readCodeTable(fileURLToPath(path)));
  };

  it.each([
    ['', ['环保诚信', '环保良好', '环保警示', '环保不良'], ['PUBLIC', 'PUBLIC', 'PUBLIC', 'PUBLIC']],
    ['jiangsu/', ['绿色', '蓝色', '黄色', '红色', '黑色'], ['PUBLIC', 'PUBLIC', 'PUBLIC', 'PUBLIC', 'PUBLIC']],
    ['guangxi/', ['守信', '普通', '一般失信', '严重失信'], ['PUBLIC', 'AUTHORIZED', 'AUTHORIZED', 'PUBLIC']],
  ])('of "%s" rank their grades from the best and say who may see them', (folder, labels, levels) => {
    const grades = labels.map((label) => schemeOf(folder).find(label, '2026-11-21'));
    expect(grades.map((grade) => grade?.label)).toEqual(labels);
    expect(grades.map((grade) => grade?.rank)).toEqual(labels.map((_, index) => index + 1));
    expect(grades.map((grade) => grade?.level)).toEqual(levels);
    expect(new Set(grades.map((grade) => grade?.scheme.code)).size).toBe(1);
  });

  it('find each grade by every alias that the table has', () => {
    for (const folder of ['', 'jiangsu/', 'guangxi/']) {
      const path = new URL(`../../subgraphs/environment/codes/${folder}environment-grade-schemes.csv`, import.meta.url);
      for (const { code: expected, aliases } of readCodeTable(fileURLToPath(path)).rows) {
        for (const alias of aliases) {
          const found = schemeOf(folder).find(alias, '2026-11-21');
          expect([alias, `${found?.scheme.code}/${found?.code}`]).toEqual([alias, expected]);
        }
      }
    }
  });
});

describe('a penalty of the environment department', () => {
  const submit = submitTo(environment.sheets['environment.penalty']);

  // The environment department has no rule of its own against publishing warnings; since 2026-04-01 the rule sets have.
  it.each([
    ['2025-05-05', null],
    ['2026-05-05', 'MINOR_NOT_PUBLISHED'],
  ])('that is a mere warning of %s is withheld for %s', async (decidedOn, reason) => {
    const { draft } = await one(
      submit({
        行政相对人名称: '云泽市青禾食品有限公司',
        统一社会信用代码: code,
        行政处罚决定书文号: '云环罚〔2026〕5号',
        违法行为类型: '未按规定记录台账',
        违法事实: '未按规定记录危险废物管理台账。',
        处罚依据: '《中华人民共和国固体废物污染环境防治法》',
        处罚类别: '警告',
        处罚内容: '警告',
        处罚决定日期: decidedOn,
        处罚机关: '云泽市生态环境局',
      }),
    );
    expect([draft?.withheldReason, draft?.accessLevel, draft?.own.penaltyTypes]).toEqual([
      reason,
      'PUBLIC',
      ['WARNING'],
    ]);
  });
});
