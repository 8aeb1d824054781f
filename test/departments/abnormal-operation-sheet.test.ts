import { describe, expect, it } from 'vitest';
import { codeTable } from '../../schema/codes/city.ts';
import { market } from '../../subgraphs/market/index.ts';
import { oldNumber } from './made-up.ts';
import { type Cells, madeUpCode, one, submitTo } from './submitted.ts';

const submit = submitTo(market.sheets['market.abnormal-operation']);
const company = madeUpCode('MA7KQ2X5');
const stall = madeUpCode('MA7KQ2X6', '92');

const row: Cells = {
  企业名称: '云泽市青禾食品有限公司',
  统一社会信用代码: company,
  列入日期: '2025-07-08',
  列入原因: '未依照《企业信息公示暂行条例》第八条规定的期限公示年度报告的',
  '作出决定机关(列入)': '云泽市市场监督管理局',
  移出日期: '',
  移出原因: '',
  '作出决定机关(移出)': '',
};
const submitted = (changes: Cells = {}) => one(submit({ ...row, ...changes }));

const mark: Cells = {
  名称: '云泽市青石区老钱面馆',
  统一社会信用代码: stall,
  标记日期: '2025-07-08',
  标记原因: '未按规定报送年度报告',
  标记机关: '云泽市市场监督管理局青石分局',
  是否恢复: '否',
  恢复日期: '',
};
const marked = (changes: Cells = {}) => one(submit({ ...mark, ...changes }));

describe('an entry on the list of abnormal operation', () => {
  it('becomes a record of its subject', async () => {
    const { draft, marks } = await submitted();
    expect(draft).toEqual({
      counterpart: { name: '云泽市青禾食品有限公司', identifiers: [{ type: 'CREDIT_CODE', value: company }] },
      keyedBy: 'SUBJECT',
      naturalKey: ['2025-07-08', 'ANNUAL_REPORT_NOT_PUBLISHED'],
      authority: { name: '云泽市市场监督管理局', creditCode: null },
      provider: { name: '云泽市市场监督管理局', creditCode: null },
      documentNumber: null,
      decidedOn: '2025-07-08',
      effectiveUntil: null,
      publishedOn: '2025-07-08',
      publicationEndsOn: null,
      accessLevel: 'PUBLIC',
      withheldReason: null,
      sortedOn: '2025-07-08',
      marks: [],
      own: {
        form: 'LISTED',
        grounds: ['ANNUAL_REPORT_NOT_PUBLISHED'],
        reason: '未依照《企业信息公示暂行条例》第八条规定的期限公示年度报告的',
        removedOn: null,
        removalReason: null,
        removalAuthorityName: null,
      },
    });
    expect(marks).toEqual([]);
  });

  it('is published until the day before its removal, and stays the same record', async () => {
    const { draft } = await submitted({
      移出日期: '2026-03-01',
      移出原因: '已补报年度报告并公示',
      '作出决定机关(移出)': '云泽市市场监督管理局',
    });
    expect(draft).toMatchObject({
      publicationEndsOn: '2026-02-28',
      naturalKey: (await submitted()).draft?.naturalKey,
      own: {
        removedOn: '2026-03-01',
        removalReason: '已补报年度报告并公示',
        removalAuthorityName: '云泽市市场监督管理局',
      },
    });
  });

  it.each([
    ['2025-12-31', '2025-12-31'],
    ['2026-12-31', '2026-02-28'],
  ])('whose publication ends on %s and that was removed on 2026-03-01 is published until %s', async (end, expected) => {
    const { draft } = await one(submit({ ...row, 公示截止期: end, 移出日期: '2026-03-01' }));
    expect(draft?.publicationEndsOn).toBe(expected);
  });

  it('is known by its document where it has one, whatever is made of its reason', async () => {
    const keys = await Promise.all(
      [row.列入原因 ?? '', '通过登记的住所无法联系'].map(
        async (reason) =>
          (await one(submit({ ...row, 列入决定书文号: '云市监异列〔2025〕7号', 列入原因: reason }))).draft?.naturalKey,
      ),
    );
    expect(keys).toEqual([
      ['2025-07-08', '云市监异列(2025)7号'],
      ['2025-07-08', '云市监异列(2025)7号'],
    ]);
  });

  it.each([
    [{ 列入日期: '' }, 'NO_DATE'],
    [{ 列入日期: '2098-07-08' }, 'DECIDED_IN_FUTURE'],
    [{ 移出日期: '2025-07-07' }, 'REMOVED_BEFORE_START'],
    [{ 列入原因: '' }, 'VALUE_REQUIRED'],
    [{ '作出决定机关(列入)': '' }, 'NO_AUTHORITY'],
    [{ 统一社会信用代码: '' }, 'NO_IDENTIFIER'],
  ])('is refused for %o', async (changes, reason) => {
    expect((await submitted(changes)).reasons).toEqual([reason]);
  });
});

describe('the grounds of an entry', () => {
  it.each([
    ['未在规定期限公示年度报告', ['ANNUAL_REPORT_NOT_PUBLISHED']],
    ['未按照《企业信息公示暂行条例》第十条规定责令的期限公示有关企业信息的', ['INFORMATION_NOT_PUBLISHED']],
    ['公示企业信息隐瞒真实情况、弄虚作假的', ['CONCEALMENT_OR_FRAUD']],
    ['年度报告隐瞒真实情况、弄虚作假', ['CONCEALMENT_OR_FRAUD']],
    ['通过登记的住所或者经营场所无法联系的', ['UNREACHABLE']],
    ['通过登记的经营场所或经营者住所无法取得联系', ['UNREACHABLE']],
    ['通过登记的住所无法联系；未按规定报送年度报告', ['UNREACHABLE', 'ANNUAL_REPORT_NOT_PUBLISHED']],
  ])('are read in "%s"', async (reason, grounds) => {
    const { draft, marks } = await submitted({ 列入原因: reason });
    expect([draft?.own.grounds, draft?.own.reason, marks]).toEqual([grounds, reason, []]);
  });

  it('are found by every wording that the table has', async () => {
    const rows = codeTable('abnormal-operation-grounds').rows;
    const wordings = rows.flatMap(({ code, label, aliases }) => [label, ...aliases].map((text) => ({ code, text })));
    const outcomes = await submit(...wordings.map(({ text }) => ({ ...row, 列入原因: text })));
    expect(outcomes.map(({ draft }) => draft?.own.grounds)).toEqual(wordings.map(({ code }) => [code]));
  });

  it('are OTHER with a mark where the words name none, and the words are kept', async () => {
    const { draft, marks } = await submitted({ 列入原因: '商务部门移送' });
    expect([draft?.own.grounds, draft?.own.reason, marks]).toEqual([['OTHER'], '商务部门移送', ['CODE_UNKNOWN']]);
  });
});

describe('a mark of abnormal operation of an individual business', () => {
  it('is an entry of another form', async () => {
    const { draft } = await marked();
    expect(draft).toMatchObject({
      decidedOn: '2025-07-08',
      withheldReason: null,
      publicationEndsOn: null,
      own: { form: 'MARKED', grounds: ['ANNUAL_REPORT_NOT_PUBLISHED'] },
    });
  });

  it('is told by the code, or by the kind of counterpart, under the headers of listing too', async () => {
    const byCode = await submitted({ 统一社会信用代码: stall });
    const byKind = await one(
      submit({ ...row, 统一社会信用代码: '', 注册号: oldNumber('60000012'), 主体类别: '个体工商户' }),
    );
    expect([byCode.draft?.own.form, byKind.draft?.own.form]).toEqual(['MARKED', 'MARKED']);
  });

  it('ends on the day before its restoration', async () => {
    const { draft } = await marked({ 是否恢复: '是', 恢复日期: '2026-01-01' });
    expect([draft?.publicationEndsOn, draft?.withheldReason]).toEqual(['2025-12-31', null]);
  });

  it('is withheld where it was restored on a day that is not given', async () => {
    expect((await marked({ 是否恢复: '是' })).draft?.withheldReason).toBe('REMOVED');
  });

  it.each([
    [{ 是否恢复: '否', 恢复日期: '2026-01-01' }, 'REMOVAL_CONTRADICTED'],
    [{ 统一社会信用代码: company }, 'MARK_OF_ENTERPRISE'],
    [{ 恢复日期: '2025-07-07', 是否恢复: '' }, 'REMOVED_BEFORE_START'],
    [{ 是否恢复: '也许' }, 'CODE_UNKNOWN'],
  ])('is refused for %o', async (changes, reason) => {
    expect((await marked(changes)).reasons).toEqual([reason]);
  });
});
