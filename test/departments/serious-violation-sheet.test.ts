import { describe, expect, it } from 'vitest';
import { market } from '../../subgraphs/market/index.ts';
import { type Cells, madeUpCode, one, submitTo } from './submitted.ts';

const submit = submitTo(market.sheets['market.serious-violation']);
const company = madeUpCode('MA7KQ2X5');

const row: Cells = {
  企业名称: '云泽市青禾食品有限公司',
  统一社会信用代码: company,
  列入决定书文号: '云市监严列〔2025〕3号',
  列入日期: '2025-05-20',
  列入原因: '生产经营被包装材料污染的食品,情节严重,受到较重行政处罚。',
  列入依据: '《市场监督管理严重违法失信名单管理办法》第五条第一项',
  列入机关: '云泽市市场监督管理局',
  所属区县: '青石区',
  移出日期: '',
  移出原因: '',
  移出机关: '',
};
const submitted = (changes: Cells = {}) => one(submit({ ...row, ...changes }));

describe('an entry on the list of serious violations', () => {
  it('becomes a record of its subject, in effect and published for three years', async () => {
    const { draft, marks } = await submitted();
    expect(draft).toEqual({
      counterpart: { name: '云泽市青禾食品有限公司', identifiers: [{ type: 'CREDIT_CODE', value: company }] },
      keyedBy: 'SUBJECT',
      naturalKey: ['2025-05-20', '云市监严列(2025)3号'],
      authority: { name: '云泽市市场监督管理局', creditCode: null },
      provider: { name: '云泽市市场监督管理局', creditCode: null },
      documentNumber: '云市监严列〔2025〕3号',
      decidedOn: '2025-05-20',
      effectiveUntil: '2028-05-20',
      publishedOn: '2025-05-20',
      publicationEndsOn: '2028-05-20',
      repairEligibleFrom: '2026-05-20',
      isPublicationProvisional: true,
      marks: [],
      accessLevel: 'PUBLIC',
      withheldReason: null,
      sortedOn: '2025-05-20',
      own: {
        reason: '生产经营被包装材料污染的食品,情节严重,受到较重行政处罚。',
        legalBasis: '《市场监督管理严重违法失信名单管理办法》第五条第一项',
        district: '990104',
        removedOn: null,
        removalReason: null,
        removalAuthorityName: null,
      },
    });
    expect(marks).toEqual([]);
  });

  it.each([
    ['2024-02-29', '2027-02-28'],
    ['2024-12-31', '2027-12-31'],
    ['2025-01-31', '2028-01-31'],
  ])('listed on %s ends on %s where the source gives no end', async (day, end) => {
    const { draft } = await submitted({ 列入日期: day });
    expect([draft?.effectiveUntil, draft?.publicationEndsOn]).toEqual([end, end]);
  });

  it("keeps the source's own end, and ends its publication earlier where that is said", async () => {
    const term = await one(submit({ ...row, 期满日期: '2027-05-20' }));
    expect([term.draft?.effectiveUntil, term.draft?.publicationEndsOn]).toEqual(['2027-05-20', '2027-05-20']);
    const publication = await one(submit({ ...row, 公示截止期: '2026-05-20' }));
    expect([publication.draft?.effectiveUntil, publication.draft?.publicationEndsOn]).toEqual([
      '2028-05-20',
      '2026-05-20',
    ]);
  });

  it('is published until the day before its removal', async () => {
    const { draft } = await submitted({
      移出日期: '2026-06-01',
      移出原因: '信用修复',
      移出机关: '云泽市市场监督管理局',
    });
    expect(draft).toMatchObject({
      publicationEndsOn: '2026-05-31',
      naturalKey: (await submitted()).draft?.naturalKey,
      own: { removedOn: '2026-06-01', removalReason: '信用修复', removalAuthorityName: '云泽市市场监督管理局' },
    });
  });

  it('marks a region that it does not know', async () => {
    const { draft, marks } = await submitted({ 所属区县: '高新区管委会' });
    expect([draft?.own.district, marks]).toEqual([null, ['CODE_UNKNOWN']]);
  });

  it.each([
    [{ 列入决定书文号: '' }, 'NO_DOCUMENT'],
    [{ 列入日期: '2098-05-20' }, 'DECIDED_IN_FUTURE'],
    [{ 移出日期: '2025-05-19' }, 'REMOVED_BEFORE_START'],
    [{ 列入原因: '无' }, 'VALUE_REQUIRED'],
    [{ 列入机关: '' }, 'NO_AUTHORITY'],
    [{ 统一社会信用代码: '' }, 'NO_IDENTIFIER'],
  ])('is refused for %o', async (changes, reason) => {
    expect((await submitted(changes)).reasons).toEqual([reason]);
  });

  it('is refused where its term ends before it began', async () => {
    expect((await one(submit({ ...row, 期满日期: '2025-05-19' }))).reasons).toEqual(['ENDS_BEFORE_START']);
  });

  it('is refused for a person', async () => {
    expect((await one(submit({ ...row, 主体类别: '自然人' }))).reasons).toEqual(['NATURAL_PERSON']);
  });
});
