import { describe, expect, it } from 'vitest';
import { codeTable } from '../../schema/codes/city.ts';
import { courts } from '../../subgraphs/courts/index.ts';
import { type Cells, madeUpCode, one, submitTo } from './submitted.ts';

const code = madeUpCode('MA7KQ2X5');
const submit = submitTo(courts.sheets['courts.judgment']);

const row: Cells = {
  主体名称: '云泽市青禾食品有限公司',
  统一社会信用代码: code,
  案号: '（2024）泽0104民初872号',
  审理法院: '云泽市青石区人民法院',
  案由: '买卖合同纠纷',
  审级: '一审',
  文书类型: '民事判决书',
  诉讼地位: '被告',
  裁判日期: '2025-03-01',
  生效日期: '2025-03-20',
  发布时间: '2025-04-01',
  文书链接: 'https://wenshu.court.example/doc?id=abc',
  原告: '李某某',
  案件名称: '李某某与云泽市青禾食品有限公司买卖合同纠纷一审民事判决书',
  裁判结果: '被告向李某某支付货款五万元',
};
const submitted = (changes: Cells = {}) => one(submit({ ...row, ...changes }));

describe('a judgment', () => {
  it('becomes a summary about its subject and no other party', async () => {
    const { draft, marks, source } = await submitted();
    expect(draft).toEqual({
      counterpart: { name: '云泽市青禾食品有限公司', identifiers: [{ type: 'CREDIT_CODE', value: code }] },
      keyedBy: 'NAME',
      naturalKey: ['(2024)泽0104民初872号', 'JUDGMENT'],
      authority: { name: '云泽市青石区人民法院', creditCode: null },
      provider: { name: '云泽市青石区人民法院', creditCode: null },
      documentNumber: '（2024）泽0104民初872号',
      decidedOn: '2025-03-01',
      effectiveUntil: null,
      publishedOn: '2025-04-01',
      publicationEndsOn: null,
      accessLevel: 'PUBLIC',
      withheldReason: null,
      sortedOn: '2025-03-01',
      own: {
        caseNumber: '(2024)泽0104民初872号',
        documentType: 'JUDGMENT',
        role: 'DEFENDANT',
        cause: '买卖合同纠纷',
        instance: 'FIRST_INSTANCE',
        effectiveOn: '2025-03-20',
        url: 'https://wenshu.court.example/doc?id=abc',
      },
    });
    expect(marks).toEqual([]);
    expect(JSON.stringify([draft, source])).not.toContain('李某某');
  });

  it.each(['调解书', '民事调解书', '调解'])('that is a mediation (%s) is kept and not public', async (kind) => {
    const { draft } = await submitted({ 文书类型: kind });
    expect([draft?.accessLevel, draft?.own.documentType]).toEqual(['CONFIDENTIAL', 'MEDIATION']);
  });

  it('is a credit fact only of who is sued, by every role of the table', async () => {
    const rows = codeTable('litigation-roles').rows;
    const wordings = rows.flatMap((role) => [role.label, ...role.aliases].map((word) => ({ word, ...role })));
    const outcomes = await submit(...wordings.map(({ word }) => ({ ...row, 诉讼地位: word })));
    const expected = { YES: [], NO: ['ROLE_NOT_OF_CREDIT'], UNCLEAR: ['ROLE_UNCLEAR'] };
    expect(outcomes.map(({ reasons }) => reasons)).toEqual(
      wordings.map(({ extra }) => expected[extra.isCreditFact as keyof typeof expected]),
    );
    expect(new Set(rows.map(({ extra }) => extra.isCreditFact))).toEqual(new Set(['YES', 'NO', 'UNCLEAR']));
  });

  it('of a plaintiff is refused with the reason, and of an appellant with what is missing', async () => {
    const [plaintiff, appellant] = await submit({ ...row, 诉讼地位: '原告' }, { ...row, 诉讼地位: '上诉人' });
    expect(plaintiff?.messages.join()).toContain('起诉是权利');
    expect(plaintiff?.messages.join()).toContain('收到“原告”');
    expect(appellant?.messages.join()).toContain('上诉人（原审被告）');
  });

  it('that the court took back is kept and not published', async () => {
    const { draft } = await one(submit({ ...row, 撤回日期: '2026-01-05' }));
    expect([draft?.publicationEndsOn, draft?.withheldReason]).toEqual(['2026-01-04', 'REMOVED']);
  });

  it.each([
    [{ 生效日期: '' }, 'VALUE_REQUIRED'],
    [{ 生效日期: '2098-01-01' }, 'NOT_IN_FORCE'],
    [{ 生效日期: '2025-02-28' }, 'EFFECTIVE_BEFORE_DECISION'],
    [{ 裁判日期: '' }, 'VALUE_REQUIRED'],
    [{ 文书类型: '通知' }, 'CODE_UNKNOWN'],
    [{ 诉讼地位: '' }, 'VALUE_REQUIRED'],
    [{ 案号: '民初872号' }, 'CASE_NUMBER_FORMAT'],
    [{ 审理法院: '' }, 'NO_AUTHORITY'],
    [{ 文书链接: 'javascript:alert(1)' }, 'ADDRESS_UNREADABLE'],
    [{ 文书链接: 'https://court.example/?id=110105194912310021' }, 'ADDRESS_UNREADABLE'],
    [{ 文书链接: 'https://court.example/?id=%31%31%30105194912310021' }, 'ADDRESS_UNREADABLE'],
    [{ 公示截止期: '2025-02-28' }, 'PUBLICATION_ENDS_BEFORE_START'],
    [{ 移出日期: '2025-02-28' }, 'REMOVED_BEFORE_START'],
    [{ partyTypeName: '0' }, 'NATURAL_PERSON'],
    [{ 主体名称: '钱某某', 统一社会信用代码: '110105194912310021' }, 'NATURAL_PERSON'],
  ])('is refused for %o', async (changes, reason) => {
    const { reasons, messages } = await one(submit({ ...row, ...changes }));
    expect(reasons).toEqual([reason]);
    expect(messages.join()).not.toContain('19491231');
  });
});
