import { describe, expect, it } from 'vitest';
import { environment } from '../../subgraphs/environment/index.ts';
import { organizationNumber } from './made-up.ts';
import { type Cells, madeUpCode, one, submitTo } from './submitted.ts';

const submit = submitTo(environment.sheets['environment.discharge-permit']);
const company = madeUpCode('MA7KQ2X5');
const other = madeUpCode('MA7KQ2X6');
const oldCode = organizationNumber('MA7KQ2X7');

const row: Cells = {
  单位名称: '云泽市青禾食品有限公司',
  统一社会信用代码: company,
  排污许可证编号: `${company}001P`,
  行业类别: '速冻食品制造',
  管理类别: '简化管理',
  发证日期: '2024-06-18',
  有效期自: '2024-07-01',
  有效期至: '2029-06-30',
  发证机关: '云泽市生态环境局',
  生产经营场所地址: '云泽市云台区工业路2号',
};
const submitted = (changes: Cells = {}) => one(submit({ ...row, ...changes }));
const without = (header: string) => Object.fromEntries(Object.entries(row).filter(([name]) => name !== header));

describe('a pollutant discharge permit', () => {
  it('becomes a record of its subject, known by its number', async () => {
    const { draft, marks } = await submitted();
    expect(draft).toEqual({
      counterpart: { name: '云泽市青禾食品有限公司', identifiers: [{ type: 'CREDIT_CODE', value: company }] },
      keyedBy: 'SUBJECT',
      naturalKey: [`${company}001P`],
      authority: { name: '云泽市生态环境局', creditCode: null },
      provider: { name: '云泽市生态环境局', creditCode: null },
      documentNumber: `${company}001P`,
      decidedOn: '2024-06-18',
      effectiveUntil: '2029-06-30',
      publishedOn: null,
      publicationEndsOn: null,
      accessLevel: 'PUBLIC',
      withheldReason: null,
      sortedOn: '2024-06-18',
      marks: [],
      own: {
        permitNumber: `${company}001P`,
        industry: 'C1432',
        managementCategory: 'SIMPLIFIED',
        validFrom: '2024-07-01',
        validTo: '2029-06-30',
        siteAddress: '云泽市云台区工业路2号',
      },
    });
    expect(marks).toEqual([]);
  });

  it('says by its number whom it is about, where no other column does', async () => {
    const { draft } = await one(submit(without('统一社会信用代码')));
    expect(draft?.counterpart.identifiers).toEqual([{ type: 'CREDIT_CODE', value: company }]);
  });

  it('of a unit without a credit code says its organisation code', async () => {
    const number = `H9990104${oldCode}A001P`;
    const { draft, reasons } = await one(submit({ ...without('统一社会信用代码'), 排污许可证编号: number }));
    expect(reasons).toEqual([]);
    expect(draft?.counterpart.identifiers).toEqual([{ type: 'ORGANIZATION_CODE', value: oldCode }]);
  });

  it('of a unit without any code needs another number of the unit', async () => {
    const number = 'H9990104000000012A001P';
    expect((await one(submit({ ...without('统一社会信用代码'), 排污许可证编号: number }))).reasons).toEqual([
      'NO_IDENTIFIER',
    ]);
    expect((await submitted({ 排污许可证编号: number })).draft?.counterpart.identifiers).toEqual([
      { type: 'CREDIT_CODE', value: company },
    ]);
  });

  it('stays the same record when it is renewed', async () => {
    const { draft } = await submitted({ 发证日期: '2029-06-01', 有效期自: '2029-07-01', 有效期至: '2034-06-30' });
    expect(draft).toBeUndefined();
    const renewed = await submitted({ 发证日期: '2025-06-01', 有效期自: '2025-07-01', 有效期至: '2030-06-30' });
    expect(renewed.draft?.naturalKey).toEqual((await submitted()).draft?.naturalKey);
  });

  it.each([
    ['2024-07-01至2029-06-30', '2024-07-01', '2029-06-30'],
    ['2029-06-30', null, '2029-06-30'],
    ['长期', null, null],
  ])('reads one column of validity: %s', async (given, validFrom, validTo) => {
    const { 有效期自: _from, 有效期至: _to, ...others } = row;
    const { draft } = await one(submit({ ...others, 有效期限: given }));
    expect(draft?.own).toMatchObject({ validFrom, validTo });
    expect(draft?.effectiveUntil).toBe(validTo);
  });

  it.each([
    [{ 行业类别: '1432' }, { industry: 'C1432' }],
    [{ 管理类别: '重点' }, { managementCategory: 'KEY' }],
    [{ 管理类别: '登记管理' }, { managementCategory: 'REGISTRATION' }],
    [{ 发证日期: '' }, { validFrom: '2024-07-01' }],
  ])('understands %o', async (changes, own) => {
    const { draft, marks } = await submitted(changes);
    expect(draft?.own).toMatchObject(own);
    expect(marks).toEqual([]);
  });

  it.each([
    [{ 行业类别: '某种新行业' }, { industry: null }],
    [{ 管理类别: '豁免' }, { managementCategory: null }],
  ])('keeps %o as %o with a mark', async (changes, own) => {
    const { draft, marks } = await submitted(changes);
    expect(draft?.own).toMatchObject(own);
    expect(marks).toEqual(['CODE_UNKNOWN']);
  });

  it.each([
    [{ 排污许可证编号: `${other}001P` }, 'PERMIT_OF_ANOTHER'],
    [{ 排污许可证编号: company }, 'PERMIT_NUMBER_LENGTH'],
    [{ 排污许可证编号: `${company}0A1P` }, 'PERMIT_NUMBER_FORMAT'],
    [{ 排污许可证编号: `${company.slice(0, 17)}${company.endsWith('7') ? '8' : '7'}001P` }, 'PERMIT_NUMBER_CHECKSUM'],
    [{ 排污许可证编号: '' }, 'VALUE_REQUIRED'],
    [{ 发证日期: '', 有效期自: '' }, 'NO_DATE'],
    [{ 发证日期: '2098-01-01' }, 'DECIDED_IN_FUTURE'],
    [{ 有效期至: '2024-06-30' }, 'ENDS_BEFORE_START'],
    [{ 发证机关: '' }, 'NO_AUTHORITY'],
  ])('is refused for %o', async (changes, reason) => {
    const { reasons, messages } = await submitted(changes);
    expect(reasons).toEqual([reason]);
    expect(messages.join()).toMatch(/\p{Script=Han}.*。$/u);
  });
});
