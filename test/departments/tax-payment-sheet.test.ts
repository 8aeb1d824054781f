import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tax } from '../../subgraphs/tax/index.ts';
import { type Cells, madeUpCode, one, submitTo } from './submitted.ts';

const code = madeUpCode('MA7KQ2X5');
const submit = submitTo(tax.sheets['tax.payment']);

const row: Cells = {
  纳税人名称: '云泽市青禾食品有限公司',
  纳税人识别号: code,
  所属年度: '2025',
  税种: '增值税',
  '应缴税额（元）': '540000',
  '实缴税额（元）': '540000.00',
  主管税务机关: '云泽市税务局',
};
const submitted = (changes: Cells = {}) => one(submit({ ...row, ...changes }));
const periodOf = async (changes: Cells) => {
  const { draft, reasons } = await one(submit({ ...row, ...changes }));
  return draft ? [draft.own.year, draft.own.periodFrom, draft.own.periodUntil] : reasons;
};

describe('a tax payment', () => {
  it('becomes what its subject owed and paid of one tax for one period, and is not public', async () => {
    const { draft, marks } = await submitted();
    expect(draft).toEqual({
      counterpart: { name: '云泽市青禾食品有限公司', identifiers: [{ type: 'CREDIT_CODE', value: code }] },
      keyedBy: 'SUBJECT',
      naturalKey: ['VALUE_ADDED_TAX', '2025-01-01', '2025-12-31', null, null],
      authority: { name: '云泽市税务局', creditCode: null },
      provider: { name: '云泽市税务局', creditCode: null },
      documentNumber: null,
      decidedOn: null,
      effectiveUntil: null,
      publishedOn: null,
      publicationEndsOn: null,
      accessLevel: 'AUTHORIZED',
      withheldReason: null,
      sortedOn: '2025-12-31',
      own: {
        year: 2025,
        periodFrom: '2025-01-01',
        periodUntil: '2025-12-31',
        taxType: 'VALUE_ADDED_TAX',
        payable: '540000.00',
        payableCurrency: 'CNY',
        paid: '540000.00',
        paidCurrency: 'CNY',
        paidOn: null,
      },
    });
    expect(marks).toEqual([]);
  });

  it.each([
    [{ 所属年度: '2025', 月份: '2' }, [2025, '2025-02-01', '2025-02-28']],
    [{ 所属年度: '2024', 月份: '2' }, [2024, '2024-02-01', '2024-02-29']],
    [{ 所属年度: '', 税款所属期: '2025-03' }, [2025, '2025-03-01', '2025-03-31']],
    [{ 所属年度: '', 税款所属期: '202503' }, [2025, '2025-03-01', '2025-03-31']],
    [{ 所属年度: '', 税款所属期: '2025年度' }, [2025, '2025-01-01', '2025-12-31']],
    [{ 所属年度: '', 税款所属期: '2025年第1季度' }, [2025, '2025-01-01', '2025-03-31']],
    [{ 所属年度: '', 税款所属期: '2025年四季度' }, [2025, '2025-10-01', '2025-12-31']],
    [{ 所属年度: '', 税款所属期: '2025年下半年' }, [2025, '2025-07-01', '2025-12-31']],
    [{ 所属年度: '', 税款所属期: '2025-01-01至2025-03-31' }, [2025, '2025-01-01', '2025-03-31']],
    [{ 所属年度: '', 税款所属期: '20250101-20250331' }, [2025, '2025-01-01', '2025-03-31']],
    [{ 税款所属期起: '2025-04-01', 税款所属期止: '2025/6/30' }, [2025, '2025-04-01', '2025-06-30']],
    [{ 所属年度: '', 税款所属期: '20251' }, ['PERIOD_UNREADABLE']],
    [{ 所属年度: '', 税款所属期: '2025-13' }, ['PERIOD_UNREADABLE']],
    [{ 所属年度: '', 税款所属期: '2025-03-31至2025-01-01' }, ['PERIOD_UNREADABLE']],
    [{ 所属年度: '' }, ['NO_PERIOD']],
    [{ 所属年度: '', 月份: '2' }, ['PERIOD_INCOMPLETE']],
    [{ 税款所属期起: '2025-04-01', 税款所属期止: '' }, ['PERIOD_INCOMPLETE']],
    [{ 税款所属期起: '2025-06-30', 税款所属期止: '2025-04-01' }, ['PERIOD_REVERSED']],
    [{ 所属年度: '', 税款所属期: '2024-12至2025-01' }, ['PERIOD_ACROSS_YEARS']],
    [{ 所属年度: '2024', 税款所属期: '2025-03' }, ['YEAR_CONFLICT']],
  ])('for %o is of the period %o', async (changes, expected) => {
    expect(await periodOf(changes)).toEqual(expected);
  });

  it('is of the same period whether its month is written in words, in digits or as days', async () => {
    const months = fc.record({ year: fc.integer({ min: 1994, max: 2199 }), month: fc.integer({ min: 1, max: 12 }) });
    await fc.assert(
      fc.asyncProperty(months, async ({ year, month }) => {
        const two = String(month).padStart(2, '0');
        const last = new Date(Date.UTC(year, month, 0)).getUTCDate();
        const written = [
          `${year}年${month}月`,
          `${year}-${two}`,
          `${year}${two}`,
          `${year}-${two}-01至${year}-${two}-${last}`,
        ];
        const outcomes = await submit(...written.map((period) => ({ ...row, 所属年度: '', 税款所属期: period })));
        const periods = outcomes.map(({ draft }) => [draft?.own.periodFrom, draft?.own.periodUntil]);
        expect(periods).toEqual(written.map(() => [`${year}-${two}-01`, `${year}-${two}-${last}`]));
      }),
      { numRuns: 25 },
    );
  });

  it('is one record for each payment where the file tells payments apart', async () => {
    const days = { 缴款日期: '2025-04-10', 完税凭证号: '342501250400001234' };
    const { draft } = await one(submit({ ...row, ...days }));
    expect(draft?.naturalKey).toEqual([
      'VALUE_ADDED_TAX',
      '2025-01-01',
      '2025-12-31',
      '2025-04-10',
      '342501250400001234',
    ]);
    expect(draft?.own.paidOn).toBe('2025-04-10');
  });

  it.each([
    ['应缴税额（元）', '540000', '540000.00', []],
    ['应缴税额（万元）', '54', '540000.00', []],
    ['应缴税额（元）', '伍拾肆万元整', '540000.00', []],
    ['应缴税额（元）', '54万元', '540000.00', ['AMOUNT_UNIT_DIFFERS']],
    ['应缴税额（万元）', '540000元', '540000.00', ['AMOUNT_UNIT_DIFFERS']],
    ['应纳税额', '540,000.004', '540000.00', ['AMOUNT_ROUNDED']],
  ])('reads %s “%s” as %s yuan', async (header, cell, payable, marks) => {
    const { '应缴税额（元）': _, ...others } = row;
    const outcome = await one(submit({ ...others, [header]: cell }));
    expect([outcome.draft?.own.payable, outcome.marks]).toEqual([payable, marks]);
  });

  it('keeps one amount where the other is not given', async () => {
    const { draft } = await submitted({ '应缴税额（元）': '' });
    expect(draft?.own).toMatchObject({ payable: null, payableCurrency: null, paid: '540000.00' });
  });

  it.each([
    [{ '应缴税额（元）': '', '实缴税额（元）': '' }, 'NO_AMOUNT'],
    [{ '实缴税额（元）': '54' }, 'UNITS_MIXED'],
    [{ '应缴税额（元）': '54' }, 'UNITS_MIXED'],
    [{ '应缴税额（元）': '-1' }, 'AMOUNT_NEGATIVE'],
    [{ '应缴税额（元）': '若干' }, 'AMOUNT_UNREADABLE'],
    [{ 税种: '人头税' }, 'CODE_UNKNOWN'],
    [{ 税种: '' }, 'VALUE_REQUIRED'],
    [{ 主管税务机关: '' }, 'NO_AUTHORITY'],
    [{ 纳税人名称: '钱某某', 纳税人识别号: '110105194912310021' }, 'NATURAL_PERSON'],
    [{ 纳税人类别: '个人' }, 'NATURAL_PERSON'],
  ])('is refused for %o', async (changes, reason) => {
    const { reasons, messages } = await one(submit({ ...row, ...changes }));
    expect(reasons).toEqual([reason]);
    expect(messages.join()).not.toContain('19491231');
  });

  it('with nothing paid is no mistake of units', async () => {
    expect((await submitted({ '实缴税额（元）': '0' })).draft?.own.paid).toBe('0.00');
  });
});
