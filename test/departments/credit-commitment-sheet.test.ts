import { describe, expect, it } from 'vitest';
import { credit } from '../../subgraphs/credit/index.ts';
import { type Cells, madeUpCode, one, submitTo } from './submitted.ts';

const code = madeUpCode('MA7KQ2X5');
const submit = submitTo(credit.sheets['credit.commitment']);
const row: Cells = {
  承诺人名称: '云泽市青禾食品有限公司',
  统一社会信用代码: code,
  承诺类型: '审批替代型',
  承诺事由: '食品经营许可告知承诺',
  承诺内容: '所提交材料真实、合法、有效,严格依法经营。',
  做出承诺日期: '2026-03-05',
  承诺有效期: '2029-03-04',
  违诺责任: '撤销许可并记入信用记录。',
  承诺受理单位: '云泽市行政审批局',
  承诺履行状态: '',
  认定文号: '',
  履行认定日期: '',
  是否公开: '是',
};
const submitted = (changes: Cells = {}) => one(submit({ ...row, ...changes }));

describe('a credit commitment', () => {
  it('becomes a record of the unit that received it', async () => {
    const { draft, marks } = await submitted();
    expect(draft).toEqual({
      counterpart: { name: '云泽市青禾食品有限公司', identifiers: [{ type: 'CREDIT_CODE', value: code }] },
      keyedBy: 'SUBJECT',
      naturalKey: ['APPROVAL_REPLACING', '2026-03-05', '云泽市行政审批局', '食品经营许可告知承诺'],
      authority: { name: '云泽市行政审批局', creditCode: null },
      provider: { name: '云泽市行政审批局', creditCode: null },
      documentNumber: null,
      decidedOn: '2026-03-05',
      effectiveUntil: '2029-03-04',
      publishedOn: null,
      publicationEndsOn: null,
      accessLevel: 'PUBLIC',
      withheldReason: null,
      sortedOn: '2026-03-05',
      own: {
        commitmentType: 'APPROVAL_REPLACING',
        matter: '食品经营许可告知承诺',
        content: '所提交材料真实、合法、有效,严格依法经营。',
        breachLiability: '撤销许可并记入信用记录。',
        fulfilment: null,
        fulfilmentDecidedOn: null,
        fulfilmentDocumentNumber: null,
      },
    });
    expect(marks).toEqual([]);
  });

  it.each([
    ['是', 'PUBLIC'],
    ['1', 'PUBLIC'],
    ['公开', 'PUBLIC'],
    ['主动公开', 'PUBLIC'],
    ['否', 'AUTHORIZED'],
    ['0', 'AUTHORIZED'],
    ['不公开', 'AUTHORIZED'],
    ['授权查询', 'AUTHORIZED'],
    ['政务共享', 'GOVERNMENT'],
    ['不予公开', 'CONFIDENTIAL'],
    ['', 'AUTHORIZED'],
  ])('that answers "%s" to whether it is public is %s', async (是否公开, level) => {
    expect((await submitted({ 是否公开 })).draft?.accessLevel).toBe(level);
  });

  it('is not public where the file has no such column at all', async () => {
    const { 是否公开: _, ...rest } = row;
    expect((await one(submit(rest))).draft?.accessLevel).toBe('AUTHORIZED');
  });

  it.each([
    ['容缺受理', 'DEFERRED_DOCUMENTS'],
    ['主动型承诺', 'VOLUNTARY'],
    ['行业自律型', 'SELF_DISCIPLINE'],
    ['信用修复承诺', 'CREDIT_REPAIR'],
    ['应用场景型', 'SCENARIO_OF_APPLICATION'],
  ])('called "%s" is of the type %s', async (承诺类型, commitmentType) => {
    const { draft, marks } = await submitted({ 承诺类型 });
    expect([draft?.own.commitmentType, marks]).toEqual([commitmentType, []]);
  });

  it('of a type that nobody knows is kept as another, with a mark', async () => {
    const { draft, marks } = await submitted({ 承诺类型: '某种新类型' });
    expect([draft?.own.commitmentType, marks]).toEqual(['OTHER', ['CODE_UNKNOWN']]);
  });

  it.each(['未履行', '部分履行', '违诺'])(
    'is not said to be broken (%s) before that was decided',
    async (承诺履行状态) => {
      const { reasons, messages } = await submitted({ 承诺履行状态 });
      expect(reasons).toEqual(['BREACH_NOT_DECIDED']);
      expect(messages.join()).toContain('认定文号');
      const { draft } = await submitted({ 承诺履行状态, 认定文号: '云审违诺〔2026〕1号', 履行认定日期: '2026-09-01' });
      expect(draft?.own).toMatchObject({
        fulfilment: 承诺履行状态 === '部分履行' ? 'PARTLY_FULFILLED' : 'UNFULFILLED',
        fulfilmentDocumentNumber: '云审违诺〔2026〕1号',
        fulfilmentDecidedOn: '2026-09-01',
      });
    },
  );

  it('may be said to be kept without a document', async () => {
    expect((await submitted({ 承诺履行状态: '全部履行' })).draft?.own.fulfilment).toBe('FULFILLED');
  });

  it.each([
    [{ 承诺类型: '' }, 'VALUE_REQUIRED'],
    [{ 承诺内容: '' }, 'VALUE_REQUIRED'],
    [{ 做出承诺日期: '' }, 'VALUE_REQUIRED'],
    [{ 承诺有效期: '2026-03-04' }, 'ENDS_BEFORE_START'],
    [{ 履行认定日期: '2026-03-04' }, 'JUDGED_BEFORE_COMMITMENT'],
    [{ 做出承诺日期: '2098-03-05', 承诺有效期: '长期', 履行认定日期: '' }, 'DECIDED_IN_FUTURE'],
    [{ 承诺履行状态: '还行' }, 'CODE_UNKNOWN'],
    [{ 是否公开: '看情况' }, 'CODE_UNKNOWN'],
    [{ 承诺受理单位: '' }, 'NO_AUTHORITY'],
    [{ 统一社会信用代码: '' }, 'NO_IDENTIFIER'],
  ])('is refused for %o', async (changes, reason) => {
    expect((await submitted(changes)).reasons).toEqual([reason]);
  });

  it('of a person is refused', async () => {
    expect((await one(submit({ ...row, 主体类别: '自然人' }))).reasons).toEqual(['NATURAL_PERSON']);
  });

  it('is another one for another matter of the same day, and the same one with its number', async () => {
    const keyOf = async (changes: Cells) => (await one(submit({ ...row, ...changes }))).draft?.naturalKey.join();
    expect(await keyOf({ 承诺事由: '卫生许可告知承诺' })).not.toBe(await keyOf({}));
    expect(await keyOf({ 承诺书编号: '云承〔2026〕7号', 承诺事由: '甲' })).toBe(
      await keyOf({ 承诺书编号: '云承(2026)7号', 承诺事由: '乙' }),
    );
  });

  it('never reads the signed paper', async () => {
    const { draft, source } = await one(submit({ ...row, 承诺书附件: 'https://files.example/孙某签名.pdf' }));
    expect(draft).toBeDefined();
    expect(JSON.stringify([draft, source])).not.toContain('签名');
  });

  it('lasts without end where the file says so', async () => {
    expect((await submitted({ 承诺有效期: '长期' })).draft?.effectiveUntil).toBeNull();
  });
});
