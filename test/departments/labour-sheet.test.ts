import { describe, expect, it } from 'vitest';
import { labour } from '../../subgraphs/labour/index.ts';
import { type Cells, madeUpCode, one, submitTo } from './submitted.ts';

const code = madeUpCode('MA7KQ2X5');
const counterpart = { name: '云泽市青禾食品有限公司', identifiers: [{ type: 'CREDIT_CODE', value: code }] };

describe('a month of social insurance', () => {
  const submit = submitTo(labour.sheets['labour.social-insurance']);
  const row: Cells = {
    参保单位名称: '云泽市青禾食品有限公司',
    统一社会信用代码: code,
    单位编号: '',
    费款所属期: '202603',
    险种: '企业职工基本养老保险',
    参保状态: '正常参保',
    参保人数: '45',
    应缴金额: '36,120.50',
    实缴金额: '30000',
    欠缴金额: '6120.5',
    经办机构: '云泽市社会保险事业中心',
    联系电话: '13800000000',
  };
  const submitted = (changes: Cells = {}) => one(submit({ ...row, ...changes }));

  it('becomes a record that needs authorization as a whole', async () => {
    const { draft, marks, source } = await submitted();
    expect(draft).toEqual({
      counterpart,
      keyedBy: 'SUBJECT',
      naturalKey: [2026, 3, 'PENSION', null],
      authority: { name: '云泽市社会保险事业中心', creditCode: null },
      provider: { name: '云泽市社会保险事业中心', creditCode: null },
      documentNumber: null,
      decidedOn: null,
      effectiveUntil: null,
      publishedOn: null,
      publicationEndsOn: null,
      accessLevel: 'AUTHORIZED',
      withheldReason: null,
      sortedOn: '2026-03-31',
      own: {
        year: 2026,
        month: 3,
        insuranceType: 'PENSION',
        unitStatus: 'INSURED',
        insuredPersons: 45,
        payable: '36120.50',
        payableCurrency: 'CNY',
        paid: '30000.00',
        paidCurrency: 'CNY',
        arrears: '6120.50',
        arrearsCurrency: 'CNY',
      },
    });
    expect(marks).toEqual([]);
    expect(JSON.stringify(source)).not.toContain('13800000000');
  });

  it.each([
    ['202603', 2026, 3],
    ['2026-03', 2026, 3],
    ['2026/3', 2026, 3],
    ['2026年3月', 2026, 3],
    ['2026年03月份', 2026, 3],
    ['2026.12', 2026, 12],
    ['2026-03-01', 2026, 3],
    ['20260331', 2026, 3],
    ['２０２６０３', 2026, 3],
  ])('for "%s" is for the month %i-%i, with no mark', async (费款所属期, year, month) => {
    const { draft, marks } = await submitted({ 费款所属期 });
    expect(draft?.own).toMatchObject({ year, month });
    expect(marks).toEqual([]);
  });

  it.each(['2026', '202613', '202600', '2026年', '202601-202603', '一季度'])(
    'for "%s" is refused: that is no month',
    async (费款所属期) => {
      expect((await submitted({ 费款所属期 })).reasons).toEqual(['MONTH_UNREADABLE']);
    },
  );

  it('that spans several months is refused, one that begins and ends in its month is not', async () => {
    const spanning = (until: string) => {
      const { 费款所属期: _, ...rest } = row;
      return one(submit({ ...rest, 费款所属期起: '2026-03-01', 费款所属期止: until }));
    };
    expect((await spanning('2026-03-31')).draft?.naturalKey).toEqual([2026, 3, 'PENSION', null]);
    const { reasons, messages } = await spanning('2026-05-31');
    expect(reasons).toEqual(['NOT_ONE_MONTH']);
    expect(messages.join()).toContain('2026 年 5 月');
  });

  it.each([
    ['失业保险', 'UNEMPLOYMENT'],
    ['工伤', 'WORK_INJURY'],
    ['职工基本医疗保险(含生育)', 'MEDICAL'],
    ['生育保险', 'MATERNITY'],
    ['五险合计', 'ALL'],
    ['', null],
  ])('of "%s" is of the insurance %s', async (险种, insuranceType) => {
    expect((await submitted({ 险种 })).draft?.own).toMatchObject({ insuranceType });
  });

  it('of two accounts of one unit is two records', async () => {
    const [first, second] = await submit({ ...row, 单位编号: 'A-01' }, { ...row, 单位编号: 'A-02' });
    expect(first?.draft?.naturalKey).not.toEqual(second?.draft?.naturalKey);
  });

  it('keeps a status that nobody knows as none, with a mark', async () => {
    const { draft, marks } = await submitted({ 参保状态: '待核实' });
    expect([draft?.own.unitStatus, marks]).toEqual([null, ['CODE_UNKNOWN']]);
  });

  it('may tell of persons and status alone', async () => {
    const { draft } = await submitted({ 应缴金额: '', 实缴金额: '', 欠缴金额: '' });
    expect(draft?.own).toMatchObject({ insuredPersons: 45, payable: null, payableCurrency: null });
  });

  it.each([
    [{ 险种: '商业保险' }, 'CODE_UNKNOWN'],
    [{ 参保人数: '四十五人左右' }, 'INTEGER_UNREADABLE'],
    [{ 参保人数: '-3' }, 'INTEGER_OUT_OF_RANGE'],
    [{ 应缴金额: '-20' }, 'AMOUNT_NEGATIVE'],
    [{ 参保状态: '', 参保人数: '', 应缴金额: '', 实缴金额: '', 欠缴金额: '' }, 'NOTHING_TOLD'],
    [{ 经办机构: '' }, 'NO_AUTHORITY'],
    [{ 统一社会信用代码: '' }, 'NO_IDENTIFIER'],
    [{ 费款所属期: '' }, 'VALUE_REQUIRED'],
  ])('is refused for %o', async (changes, reason) => {
    expect((await submitted(changes)).reasons).toEqual([reason]);
  });

  it('of a person is refused', async () => {
    expect((await one(submit({ ...row, 主体类别: '自然人' }))).reasons).toEqual(['NATURAL_PERSON']);
  });
});

describe('an entry on the list of employers that owe wages', () => {
  const submit = submitTo(labour.sheets['labour.wage-arrears']);
  const row: Cells = {
    用人单位名称: '云泽市青禾食品有限公司',
    统一社会信用代码: code,
    当事人类别: '法人',
    列入事由: '拖欠23名农民工工资,经责令限期支付逾期未支付',
    列入依据: '《拖欠农民工工资失信联合惩戒对象名单管理暂行办法》第五条第一项',
    列入决定书文号: '云人社欠薪列〔2025〕3号',
    列入日期: '2025-06-30',
    列入机关: '云泽市人力资源和社会保障局',
    '拖欠金额(万元)': '86.4',
    涉及人数: '23',
    移出日期: '',
    移出原因: '',
  };
  const submitted = (changes: Cells = {}) => one(submit({ ...row, ...changes }));

  it('becomes a public record for the term of its day', async () => {
    const { draft, marks } = await submitted();
    expect(draft).toEqual({
      counterpart,
      keyedBy: 'SUBJECT',
      naturalKey: ['2025-06-30', '云泽市人力资源和社会保障局', '云人社欠薪列(2025)3号'],
      authority: { name: '云泽市人力资源和社会保障局', creditCode: null },
      provider: { name: '云泽市人力资源和社会保障局', creditCode: null },
      documentNumber: '云人社欠薪列〔2025〕3号',
      decidedOn: '2025-06-30',
      effectiveUntil: '2028-06-30',
      publishedOn: '2025-06-30',
      publicationEndsOn: '2028-06-30',
      repairEligibleFrom: null,
      isPublicationProvisional: true,
      marks: [],
      accessLevel: 'PUBLIC',
      withheldReason: null,
      sortedOn: '2025-06-30',
      own: {
        reason: '拖欠23名农民工工资,经责令限期支付逾期未支付',
        legalBasis: '《拖欠农民工工资失信联合惩戒对象名单管理暂行办法》第五条第一项',
        amountOwed: '864000.00',
        amountOwedCurrency: 'CNY',
        personsConcerned: 23,
        removedOn: null,
        removalReason: null,
        removalDocumentNumber: null,
      },
    });
    expect(marks).toEqual([]);
  });

  it.each([
    ['2024-02-29', '2027-02-28'],
    ['2022-01-01', '2025-01-01'],
    ['2021-12-31', '2023-12-31'],
  ])('listed on %s stands until %s where the file does not say', async (listed, until) => {
    expect((await submitted({ 列入日期: listed })).draft?.effectiveUntil).toBe(until);
  });

  it('stands as long as the file says', async () => {
    const { draft } = await one(submit({ ...row, 有效期至: '2026-06-30' }));
    expect([draft?.effectiveUntil, draft?.publicationEndsOn]).toEqual(['2026-06-30', '2026-06-30']);
  });

  it('is published until the day before it was removed', async () => {
    const { draft } = await submitted({ 移出日期: '2026-01-05', 移出原因: '信用修复' });
    expect(draft).toMatchObject({ effectiveUntil: '2028-06-30', publicationEndsOn: '2026-01-04' });
    expect(draft?.own).toMatchObject({ removedOn: '2026-01-05', removalReason: 'REPAIRED' });
  });

  it.each([
    [{ 列入决定书文号: '' }, 'VALUE_REQUIRED'],
    [{ 列入依据: '' }, 'VALUE_REQUIRED'],
    [{ 列入日期: '' }, 'VALUE_REQUIRED'],
    [{ 涉及人数: '0' }, 'INTEGER_OUT_OF_RANGE'],
    [{ 涉及人数: '张某等' }, 'INTEGER_UNREADABLE'],
    [{ 移出日期: '2025-06-29' }, 'REMOVED_BEFORE_START'],
    [{ 列入日期: '2098-06-30' }, 'DECIDED_IN_FUTURE'],
    [{ 移出日期: '2026-01-05', 移出原因: '领导批示' }, 'CODE_UNKNOWN'],
    [{ 列入机关: '' }, 'NO_AUTHORITY'],
    [{ 当事人类别: '自然人' }, 'NATURAL_PERSON'],
  ])('is refused for %o', async (changes, reason) => {
    expect((await submitted(changes)).reasons).toEqual([reason]);
  });

  it('never keeps the names of workers, nor an ID number out of the reason', async () => {
    const { draft, source } = await one(
      submit({ ...row, 涉及人员名单: '孙某,李某', 列入事由: '拖欠孙某(110105194912310021)等工资' }),
    );
    expect(draft?.own.reason).toContain('等工资');
    expect(JSON.stringify([draft, source])).not.toMatch(/李某|19491231/u);
  });
});
