import { describe, expect, it } from 'vitest';
import { codeTable } from '../../schema/codes/city.ts';
import { market } from '../../subgraphs/market/index.ts';
import { type Cells, madeUpCode, one, submitTo } from './submitted.ts';

const submit = submitTo(market.sheets['market.spot-check']);
const company = madeUpCode('MA7KQ2X5');

const row: Cells = {
  企业名称: '云泽市青禾食品有限公司',
  统一社会信用代码: company,
  抽查计划编号: '云市监双随机〔2026〕第6号',
  抽查计划名称: '2026年度食品生产企业双随机抽查',
  抽查类型: '双随机',
  抽查事项: '年度报告公示信息;食品标签',
  抽查结果: '未发现问题',
  检查日期: '2026-05-11',
  检查机关: '云泽市市场监督管理局',
  公示日期: '2026-06-05',
};
const submitted = (changes: Cells = {}) => one(submit({ ...row, ...changes }));

describe('a result of a spot check', () => {
  it('becomes a record of its subject', async () => {
    const { draft, marks } = await submitted();
    expect(draft).toEqual({
      counterpart: { name: '云泽市青禾食品有限公司', identifiers: [{ type: 'CREDIT_CODE', value: company }] },
      keyedBy: 'SUBJECT',
      naturalKey: ['2026-05-11', '云泽市市场监督管理局', '云市监双随机(2026)第6号', '年度报告公示信息;食品标签'],
      authority: { name: '云泽市市场监督管理局', creditCode: null },
      provider: { name: '云泽市市场监督管理局', creditCode: null },
      documentNumber: '云市监双随机〔2026〕第6号',
      decidedOn: '2026-05-11',
      effectiveUntil: null,
      publishedOn: '2026-06-05',
      publicationEndsOn: null,
      accessLevel: 'PUBLIC',
      withheldReason: null,
      sortedOn: '2026-05-11',
      own: {
        checkType: 'DOUBLE_RANDOM',
        planName: '2026年度食品生产企业双随机抽查',
        matters: '年度报告公示信息;食品标签',
        results: ['NO_PROBLEM_FOUND'],
      },
    });
    expect(marks).toEqual([]);
  });

  it('is one of several of a day where the matters differ, and the same where only its result does', async () => {
    const keys = await Promise.all(
      [{}, { 抽查事项: '价格' }, { 抽查结果: '发现问题已责令改正' }].map(async (changes) =>
        JSON.stringify((await submitted(changes)).draft?.naturalKey),
      ),
    );
    expect(keys[0]).not.toBe(keys[1]);
    expect(keys[0]).toBe(keys[2]);
  });

  it.each([
    ['未按规定公示应当公示的信息', ['NOT_PUBLISHED_AS_REQUIRED']],
    ['公示信息隐瞒真实情况、弄虚作假', ['CONCEALMENT_OR_FRAUD']],
    ['通过登记的住所（经营场所）无法联系', ['UNREACHABLE']],
    ['不配合检查，情节严重的', ['UNCOOPERATIVE']],
    ['未按规定公示；发现问题已责令改正', ['NOT_PUBLISHED_AS_REQUIRED', 'CORRECTION_ORDERED']],
    ['发现问题待后续处理、无法联系', ['TO_BE_DEALT_WITH', 'UNREACHABLE']],
  ])('understands the result "%s"', async (result, expected) => {
    const { draft, marks } = await submitted({ 抽查结果: result });
    expect([draft?.own.results, marks]).toEqual([expected, []]);
  });

  it.each([
    ['spot-check-results', '抽查结果', (own: Readonly<Record<string, unknown>> | undefined) => own?.results],
    ['spot-check-types', '抽查类型', (own: Readonly<Record<string, unknown>> | undefined) => [own?.checkType]],
  ] as const)('understands every wording of %s', async (table, header, read) => {
    const wordings = codeTable(table).rows.flatMap(({ code, label, aliases }) =>
      [label, ...aliases].map((text) => ({ code, text })),
    );
    const outcomes = await submit(...wordings.map(({ text }) => ({ ...row, [header]: text })));
    expect(outcomes.map(({ draft, marks }) => [read(draft?.own), marks])).toEqual(
      wordings.map(({ code }) => [[code], []]),
    );
  });

  it.each([
    [{ 抽查结果: '另案办理' }, { results: ['OTHER'] }],
    [{ 抽查类型: '飞行' }, { checkType: 'OTHER' }],
  ])('keeps %o as %o with a mark', async (changes, own) => {
    const { draft, marks } = await submitted(changes);
    expect(draft?.own).toMatchObject(own);
    expect(marks).toEqual(['CODE_UNKNOWN']);
  });

  it.each([
    [{ 抽查结果: '未发现问题；通过登记的住所无法联系' }, 'RESULTS_CONTRADICT'],
    [{ 抽查结果: '' }, 'VALUE_REQUIRED'],
    [{ 抽查类型: '' }, 'VALUE_REQUIRED'],
    [{ 检查日期: '' }, 'VALUE_REQUIRED'],
    [{ 检查日期: '2098-05-11', 公示日期: '' }, 'DECIDED_IN_FUTURE'],
    [{ 公示日期: '2026-05-10' }, 'PUBLISHED_BEFORE_CHECK'],
    [{ 检查机关: '' }, 'NO_AUTHORITY'],
    [{ 统一社会信用代码: '' }, 'NO_IDENTIFIER'],
  ])('is refused for %o', async (changes, reason) => {
    expect((await submitted(changes)).reasons).toEqual([reason]);
  });

  it('is refused where its publication ends before it began', async () => {
    expect((await one(submit({ ...row, 公示截止期: '2026-06-04' }))).reasons).toEqual([
      'PUBLICATION_ENDS_BEFORE_START',
    ]);
    expect((await one(submit({ ...row, 公示截止期: '2026-06-05' }))).draft?.publicationEndsOn).toBe('2026-06-05');
  });
});
