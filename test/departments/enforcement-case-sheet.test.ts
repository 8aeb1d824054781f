import { describe, expect, it } from 'vitest';
import { courts } from '../../subgraphs/courts/index.ts';
import { type Cells, madeUpCode, one, submitTo } from './submitted.ts';

const code = madeUpCode('MA7KQ2X5');
const submit = submitTo(courts.sheets['courts.enforcement-case']);

const row: Cells = {
  企业名称: '云泽市青禾食品有限公司',
  统一社会信用代码: code,
  法定代表人: '钱某某',
  执行法院: '云泽市青石区人民法院',
  案号: '（2025）泽0104执1194号',
  执行依据: '（2024）泽0104民初872号',
  执行案由: '买卖合同纠纷',
  立案日期: '2025-07-09',
  '执行金额（元）': '540000',
  '未执行金额（元）': '200000.5',
  执行行为: '未履行',
  曝光日期: '2025-08-20',
  共同被执行人: '孙某某',
};
const submitted = (changes: Cells = {}) => one(submit({ ...row, ...changes }));

describe('an enforcement case', () => {
  it('becomes a draft with its amounts in yuan', async () => {
    const { draft, marks } = await submitted();
    expect(draft).toEqual({
      counterpart: { name: '云泽市青禾食品有限公司', identifiers: [{ type: 'CREDIT_CODE', value: code }] },
      keyedBy: 'NAME',
      naturalKey: ['(2025)泽0104执1194号'],
      authority: { name: '云泽市青石区人民法院', creditCode: null },
      provider: { name: '云泽市青石区人民法院', creditCode: null },
      documentNumber: '（2025）泽0104执1194号',
      decidedOn: null,
      effectiveUntil: null,
      publishedOn: '2025-08-20',
      publicationEndsOn: null,
      accessLevel: 'PUBLIC',
      withheldReason: null,
      sortedOn: '2025-07-09',
      own: {
        caseNumber: '(2025)泽0104执1194号',
        filedOn: '2025-07-09',
        closedOn: null,
        target: '540000.00',
        targetCurrency: 'CNY',
        unperformed: '200000.50',
        unperformedCurrency: 'CNY',
        cause: '买卖合同纠纷',
        basisDocumentNumber: '（2024）泽0104民初872号',
      },
    });
    expect(marks).toEqual([]);
  });

  it('keeps no fellow debtor, creditor or representative', async () => {
    const { draft, source } = await one(submit({ ...row, 申请执行人: '李某某' }));
    expect(JSON.stringify([draft, source])).not.toMatch(/钱某某|孙某某|李某某/u);
  });

  it.each([
    ['执行金额（元）', '540000', '540000.00', []],
    ['执行金额', '540000', '540000.00', []],
    ['执行金额（万元）', '54', '540000.00', []],
    ['执行标的（元）', '伍拾肆万元整', '540000.00', []],
    ['执行标的（元）', '54万元', '540000.00', ['AMOUNT_UNIT_DIFFERS']],
    ['执行标的（万元）', '540000元', '540000.00', ['AMOUNT_UNIT_DIFFERS']],
  ])('reads %s “%s” as %s yuan', async (header, cell, target, marks) => {
    const { '执行金额（元）': _, ...others } = row;
    const outcome = await one(submit({ ...others, [header]: cell }));
    expect([outcome.draft?.own.target, outcome.marks]).toEqual([target, marks]);
  });

  it('with more owed than enforced is possible, with a thousand times as much a mistake of units', async () => {
    expect((await submitted({ '未执行金额（元）': '600000' })).draft?.own.unperformed).toBe('600000.00');
    const swapped = await submitted({ '执行金额（元）': '54', '未执行金额（元）': '540000' });
    expect(swapped.reasons).toEqual(['UNITS_MIXED']);
    expect(swapped.messages.join()).toContain('54.00');
  });

  it('that is closed is no longer in force, and published on only while something is owed', async () => {
    const open = await one(submit({ ...row, 结案日期: '2026-02-10' }));
    expect(open.draft).toMatchObject({ effectiveUntil: '2026-02-10', publicationEndsOn: null });
    const settled = await one(submit({ ...row, 结案日期: '2026-02-10', '未执行金额（元）': '0' }));
    expect(settled.draft).toMatchObject({ effectiveUntil: '2026-02-10', publicationEndsOn: '2026-02-10' });
  });

  it('that the court has removed is kept and not published', async () => {
    const { draft } = await one(submit({ ...row, 移出日期: '2026-01-05' }));
    expect([draft?.publicationEndsOn, draft?.withheldReason]).toEqual(['2026-01-04', 'REMOVED']);
  });

  it.each([
    [{ 案号: '1194号' }, 'CASE_NUMBER_FORMAT'],
    [{ 案号: '' }, 'VALUE_REQUIRED'],
    [{ 立案日期: '' }, 'VALUE_REQUIRED'],
    [{ 立案日期: '不详' }, 'DATE_UNREADABLE'],
    [{ '执行金额（元）': '-5' }, 'AMOUNT_NEGATIVE'],
    [{ 结案日期: '2025-07-08' }, 'CLOSED_BEFORE_FILED'],
    [{ 公示截止期: '2025-08-19' }, 'PUBLICATION_ENDS_BEFORE_START'],
    [{ 移出日期: '2025-08-19' }, 'REMOVED_BEFORE_START'],
    [{ 立案日期: '2098-01-01', 结案日期: '' }, 'FILED_IN_FUTURE'],
    [{ 执行法院: '' }, 'NO_AUTHORITY'],
    [{ partyTypeName: '0' }, 'NATURAL_PERSON'],
    [{ 企业名称: '钱某某', 统一社会信用代码: '110105194912310021' }, 'NATURAL_PERSON'],
  ])('is refused for %o', async (changes, reason) => {
    const { reasons, messages } = await one(submit({ ...row, ...changes }));
    expect(reasons).toEqual([reason]);
    expect(messages.join()).not.toContain('19491231');
  });
});
