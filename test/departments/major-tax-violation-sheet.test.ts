import { describe, expect, it } from 'vitest';
import { codeTable } from '../../schema/codes/city.ts';
import { tax } from '../../subgraphs/tax/index.ts';
import { type Cells, madeUpCode, one, submitTo } from './submitted.ts';

const code = madeUpCode('MA7KQ2X5');
const submit = submitTo(tax.sheets['tax.major-violation']);
const ID = '110105194912310021';

const row: Cells = {
  纳税人识别号: code,
  纳税人名称: '云泽市青禾食品有限公司',
  组织机构代码: '',
  注册地址: '云泽市青石区东街1号',
  法定代表人姓名: '钱某某',
  法定代表人性别: '男',
  法定代表人身份证号: ID,
  案件性质: '虚开增值税专用发票',
  主要违法事实: '2023年间对外虚开增值税专用发票86份。',
  处罚依据: '《中华人民共和国税收征收管理法》第六十三条',
  税务处理处罚情况: '追缴税款120万元,并处罚款60万元。',
  录入时间: '2025-03-14',
  移出时间: '',
  发布部门: '云泽市税务局稽查局',
};
const submitted = (changes: Cells = {}) => one(submit({ ...row, ...changes }));

describe('a major tax violator', () => {
  it('becomes a draft with what the regulation publishes, three years long', async () => {
    const { draft, marks } = await submitted();
    expect(draft).toEqual({
      counterpart: { name: '云泽市青禾食品有限公司', identifiers: [{ type: 'CREDIT_CODE', value: code }] },
      keyedBy: 'SUBJECT',
      naturalKey: ['2025-03-14'],
      authority: { name: '云泽市税务局稽查局', creditCode: null },
      provider: { name: '云泽市税务局稽查局', creditCode: null },
      documentNumber: null,
      decidedOn: null,
      effectiveUntil: null,
      publishedOn: '2025-03-14',
      publicationEndsOn: '2028-03-14',
      repairEligibleFrom: '2025-09-14',
      isPublicationProvisional: true,
      marks: [],
      accessLevel: 'PUBLIC',
      withheldReason: null,
      sortedOn: '2025-03-14',
      own: {
        grounds: ['FALSE_SPECIAL_INVOICES'],
        violationFacts: '2023年间对外虚开增值税专用发票86份。',
        legalBasis: '《中华人民共和国税收征收管理法》第六十三条',
        treatment: '追缴税款120万元,并处罚款60万元。',
        legalRepresentativeName: '钱某某',
        registeredAddress: '云泽市青石区东街1号',
      },
    });
    expect(marks).toEqual([]);
  });

  it('leaves no sex and no ID number of its representative anywhere', async () => {
    const { draft, source } = await submitted({ 主要违法事实: `法定代表人(身份证号${ID})虚开发票。` });
    expect(source).not.toHaveProperty('法定代表人性别');
    expect(source).not.toHaveProperty('法定代表人身份证号');
    expect(JSON.stringify([draft, source])).not.toContain('19491231');
  });

  it('names no representative where a court found another person responsible, nor that person', async () => {
    const { draft, source } = await one(submit({ ...row, 实际责任人: '孙某某' }));
    expect(draft?.own.legalRepresentativeName).toBeNull();
    expect(JSON.stringify([draft, source])).not.toContain('孙某某');
  });

  it('has one or several of the eleven grounds, by each wording of the table', async () => {
    const rows = codeTable('major-tax-violation-grounds').rows;
    expect(rows).toHaveLength(11);
    const wordings = rows.flatMap((ground) => [ground.label, ...ground.aliases].map((word) => ({ word, ...ground })));
    const outcomes = await submit(...wordings.map(({ word }) => ({ ...row, 案件性质: word })));
    expect(outcomes.map(({ draft }) => draft?.own.grounds)).toEqual(wordings.map((ground) => [ground.code]));
    const several = await submitted({ 案件性质: '偷税;走逃(失联)' });
    expect(several.draft?.own.grounds).toEqual(['TAX_EVASION', 'ABSCONDING']);
  });

  it('is known by its document where it has one, else by the day it was determined or entered', async () => {
    const keys = await submit(
      { ...row, 失信主体确定文书文号: '云税稽失〔2025〕3号', 确定日期: '2025-03-01' },
      { ...row, 失信主体确定文书文号: '云税稽失(2025) 3号', 确定日期: '2025-03-02' },
      { ...row, 失信主体确定文书文号: '', 确定日期: '2025-03-01' },
      { ...row, 失信主体确定文书文号: '', 确定日期: '', 公布日期: '2025-04-10' },
    );
    expect(keys.map(({ draft }) => draft?.naturalKey)).toEqual([
      ['云税稽失(2025)3号'],
      ['云税稽失(2025)3号'],
      ['2025-03-01'],
      ['2025-03-14'],
    ]);
  });

  it('is published from the day that the file says, until the day that it says', async () => {
    const { draft } = await one(submit({ ...row, 公布日期: '2025-04-10', 公布截止日期: '2026-10-10' }));
    expect(draft).toMatchObject({ publishedOn: '2025-04-10', publicationEndsOn: '2026-10-10' });
    const leapDay = await submitted({ 录入时间: '2024-02-29' });
    expect(leapDay.draft?.publicationEndsOn).toBe('2027-02-28');
  });

  it('is no longer published from the day of its removal', async () => {
    const { draft } = await submitted({ 移出时间: '2025-09-20' });
    expect([draft?.publicationEndsOn, draft?.withheldReason]).toEqual(['2025-09-19', 'REMOVED']);
    expect(draft?.naturalKey).toEqual(['2025-03-14']);
  });

  it.each([
    [{ 案件性质: '态度恶劣' }, 'CODE_UNKNOWN'],
    [{ 案件性质: '' }, 'VALUE_REQUIRED'],
    [{ 主要违法事实: '暂无' }, 'VALUE_REQUIRED'],
    [{ 税务处理处罚情况: '' }, 'VALUE_REQUIRED'],
    [{ 录入时间: '' }, 'NO_DATE'],
    [{ 移出时间: '2025-03-13' }, 'REMOVED_BEFORE_START'],
    [{ 公布截止日期: '2025-03-13' }, 'PUBLICATION_ENDS_BEFORE_START'],
    [{ 发布部门: '' }, 'NO_AUTHORITY'],
    [{ 纳税人识别号: '' }, 'NO_IDENTIFIER'],
    [{ 纳税人识别号: ID }, 'IDENTIFIER_COMPONENT'],
    [{ 纳税人名称: '钱某某', 纳税人识别号: ID }, 'PERSON_ID_NUMBER'],
    [{ 纳税人名称: '钱某某', 纳税人识别号: `${ID}01` }, 'PERSON_ID_NUMBER'],
    [{ 纳税人名称: '阿依古丽·买买提', 纳税人识别号: '' }, 'PERSON_ID_NUMBER'],
    [{ 纳税人类别: '自然人' }, 'CATEGORY_CONTRADICTS_NUMBERS'],
  ])('is refused for %o', async (changes, reason) => {
    const { reasons, messages } = await one(submit({ ...row, ...changes }));
    expect(reasons).toEqual([reason]);
    expect(messages.join()).toMatch(/。$/u);
    expect(messages.join()).not.toContain('19491231');
  });
});
