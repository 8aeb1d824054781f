import { describe, expect, it } from 'vitest';
import { readRows } from '../../platform/sheets/index.ts';
import { tax } from '../../subgraphs/tax/index.ts';
import { collect } from '../support/files.ts';
import { type Cells, madeUpCode, one, submitTo } from './submitted.ts';

const code = madeUpCode('MA7KQ2X5');
const submit = submitTo(tax.sheets['tax.penalty']);

/** As tax offices published their penalties before the standard of 2018. */
const row: Cells = {
  税务行政处罚决定书文号: '云税稽罚〔2026〕7号',
  案件名称: '云泽市青禾食品有限公司未按期申报案',
  税务行政处罚处罚类别: '罚款',
  处罚事由: '未按照规定的期限办理纳税申报和报送纳税资料',
  报送纳税资料处罚依据: '《中华人民共和国税收征收管理法》第六十二条',
  行政相对人名: '云泽市青禾食品有限公司',
  '统一社会信用代码（纳税人识别号）': code,
  '行政相对人代码-2': '',
  法人代表人: '钱某某',
  '（居民身份证）': '110105194912310021',
  处罚结果: '罚款贰仟元整',
  '罚款金额（元）': '2000',
  处罚生效期: '2026-03-05',
  处罚部门: '云泽市税务局第一稽查局',
  当权状态: '0',
  数据更新录入日期: '2026-03-09',
};
const submitted = (changes: Cells = {}) => one(submit({ ...row, ...changes }));

describe('a penalty of the tax department', () => {
  it('is the penalty of all departments, under the headers of tax offices', async () => {
    const { draft, marks, source } = await submitted();
    expect(draft).toMatchObject({
      counterpart: { name: '云泽市青禾食品有限公司', identifiers: [{ type: 'CREDIT_CODE', value: code }] },
      naturalKey: ['云税稽罚(2026)7号', '云泽市税务局第一稽查局', '2026-03-05'],
      documentNumber: '云税稽罚〔2026〕7号',
      accessLevel: 'PUBLIC',
      withheldReason: null,
      own: {
        legalRepresentativeName: '钱某某',
        violationType: '云泽市青禾食品有限公司未按期申报案',
        violationFacts: '未按照规定的期限办理纳税申报和报送纳税资料',
        legalBasis: '《中华人民共和国税收征收管理法》第六十二条',
        penaltyTypes: ['FINE'],
        content: '罚款贰仟元整',
        fine: '2000.00',
      },
    });
    expect(marks).toEqual([]);
    expect(JSON.stringify([draft, source])).not.toContain('19491231');
  });

  it('knows every header with which sites published a taxpayer’s number and its decision', async () => {
    const path = new URL('../data/sheets/observed-column-headers.csv', import.meta.url).pathname;
    const observed = (await collect(readRows(path))).map(({ cells }) => cells.map(({ text }) => text));
    const standsFor: Readonly<Record<string, string>> = {
      credit_code: '统一社会信用代码（纳税人识别号）',
      tax_code: '统一社会信用代码（纳税人识别号）',
      punish_code: '税务行政处罚决定书文号',
      punish_category: '税务行政处罚处罚类别',
      punish_basis: '报送纳税资料处罚依据',
      case_cause: '处罚事由',
    };
    const headers = observed.flatMap(([header = '', meaning = '', sheet]) => {
      const known = standsFor[meaning];
      return known && sheet !== 'licence' ? [{ header, known }] : [];
    });
    expect(headers.length).toBeGreaterThan(25);
    for (const { header, known } of headers) {
      const renamed = Object.fromEntries(
        Object.entries(row).map(([title, cell]) => [title === known ? header : title, cell]),
      );
      const { draft } = await one(submit(renamed));
      expect([header, draft?.naturalKey, draft?.counterpart.identifiers[0]?.value]).toEqual([
        header,
        ['云税稽罚(2026)7号', '云泽市税务局第一稽查局', '2026-03-05'],
        code,
      ]);
    }
  });

  it.each([
    ['yuan where the header says yuan', '罚款金额（元）', '2000', '2000.00', []],
    ['10,000 yuan where it says so', '罚款金额（万元）', '0.2', '2000.00', []],
    ['formal numerals', '罚款金额（元）', '贰仟元整', '2000.00', []],
    ['yuan under 10,000 yuan, marked', '罚款金额（万元）', '2000', '20000000.00', ['AMOUNT_DIFFERS_FROM_TEXT']],
    ['10,000 yuan under yuan, marked', '罚款金额（元）', '0.2', '0.20', ['AMOUNT_DIFFERS_FROM_TEXT']],
  ])('takes its fine as %s', async (_, header, cell, fine, marks) => {
    const { '罚款金额（元）': _fine, ...others } = row;
    const outcome = await one(submit({ ...others, [header]: cell }));
    expect([outcome.draft?.own.fine, outcome.marks]).toEqual([fine, marks]);
  });

  it('publishes a warning too, and keeps back what was withdrawn', async () => {
    const warned = await submitted({ 税务行政处罚处罚类别: '警告', 处罚结果: '警告', '罚款金额（元）': '' });
    expect(warned.draft?.withheldReason).toBeNull();
    expect((await submitted({ 当权状态: '撤销' })).draft?.withheldReason).toBe('WITHDRAWN');
  });

  it('about a person without a sound ID number is refused', async () => {
    const person = { 行政相对人名: '钱某某', '统一社会信用代码（纳税人识别号）': '110105194912310021' };
    expect((await submitted(person)).reasons).toEqual(['PERSON_ID_NUMBER']);
    const silent = { 行政相对人名: '钱某某', '统一社会信用代码（纳税人识别号）': '' };
    expect((await submitted(silent)).reasons).toEqual(['PERSON_ID_NUMBER']);
  });
});
