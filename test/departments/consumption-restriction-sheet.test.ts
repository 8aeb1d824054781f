import { describe, expect, it } from 'vitest';
import { codeTable } from '../../schema/codes/city.ts';
import { courts } from '../../subgraphs/courts/index.ts';
import { type Cells, madeUpCode, one, submitTo } from './submitted.ts';

const code = madeUpCode('MA7KQ2X5');
const submit = submitTo(courts.sheets['courts.consumption-restriction']);

const row: Cells = {
  iname: '云泽市青禾食品有限公司',
  partyTypeName: '1',
  cardNum: code,
  法定代表人: '钱某某',
  实际控制人: '孙某某',
  courtName: '云泽市青石区人民法院',
  caseCode: '(2025)泽0104执1194号',
  regDate: '20250709',
  限制消费令日期: '2025-08-18',
  publishDate: '2025年08月20日',
  限制消费内容: '',
  解除日期: '',
};
const submitted = (changes: Cells = {}) => one(submit({ ...row, ...changes }));

describe('a restriction of consumption', () => {
  it('becomes a draft about the organisation and nobody else', async () => {
    const { draft, marks, source } = await submitted();
    expect(draft).toEqual({
      counterpart: { name: '云泽市青禾食品有限公司', identifiers: [{ type: 'CREDIT_CODE', value: code }] },
      keyedBy: 'NAME',
      naturalKey: ['(2025)泽0104执1194号'],
      authority: { name: '云泽市青石区人民法院', creditCode: null },
      provider: { name: '云泽市青石区人民法院', creditCode: null },
      documentNumber: '（2025）泽0104执1194号',
      decidedOn: '2025-08-18',
      effectiveUntil: null,
      publishedOn: '2025-08-20',
      publicationEndsOn: null,
      accessLevel: 'PUBLIC',
      withheldReason: null,
      sortedOn: '2025-08-20',
      own: { caseNumber: '(2025)泽0104执1194号', filedOn: '2025-07-09', restrictedActs: [] },
    });
    expect(marks).toEqual([]);
    expect(JSON.stringify(source)).not.toMatch(/钱某某|孙某某/u);
  });

  it('knows the nine acts by each wording, alone and all together', async () => {
    const rows = codeTable('restricted-consumption-acts').rows;
    expect(rows).toHaveLength(9);
    const wordings = rows.flatMap((act) => [act.label, ...act.aliases].map((word) => ({ word, code: act.code })));
    const outcomes = await submit(...wordings.map(({ word }) => ({ ...row, 限制消费内容: word })));
    expect(outcomes.map(({ draft }) => draft?.own.restrictedActs)).toEqual(wordings.map((act) => [act.code]));
    const whole = rows.map((act, index) => `(${'一二三四五六七八九'.charAt(index)})${act.label}`).join(';');
    const all = await submitted({ 限制消费内容: `${whole}。` });
    expect([all.draft?.own.restrictedActs, all.marks]).toEqual([rows.map((act) => act.code), []]);
  });

  it('keeps nothing of an order’s text but the acts it names, and marks that there was more', async () => {
    const { draft, marks, source } = await submitted({
      限制消费内容: '限制你单位及法定代表人钱某某不得旅游、度假',
    });
    expect([draft?.own.restrictedActs, marks]).toEqual([['TRAVEL'], ['CODE_UNKNOWN']]);
    expect(JSON.stringify([draft, source])).not.toContain('钱某某');
  });

  it('that was lifted is kept and not published from that day', async () => {
    const { draft } = await submitted({ 解除日期: '2026-01-05' });
    expect(draft).toMatchObject({
      effectiveUntil: '2026-01-04',
      publicationEndsOn: '2026-01-04',
      withheldReason: 'REMOVED',
    });
  });

  it('is against whom its order names: somebody else is refused, the company with its people is not', async () => {
    const person = await one(submit({ ...row, 限制消费对象: '钱某某' }));
    expect(person.reasons).toEqual(['NATURAL_PERSON']);
    expect(person.messages.join()).not.toContain('钱某某');
    const both = await one(submit({ ...row, 限制消费对象: '云泽市青禾食品有限公司、钱某某' }));
    expect(both.draft?.counterpart.name).toBe('云泽市青禾食品有限公司');
    expect(JSON.stringify([both.draft, both.source])).not.toContain('钱某某');
  });

  it.each([
    [{ partyTypeName: '0' }, 'CATEGORY_CONTRADICTS_NUMBERS'],
    [{ partyTypeName: '', iname: '钱某某', cardNum: '110105194912310021' }, 'PERSON_ID_NUMBER'],
    [{ partyTypeName: '', iname: '钱某某', cardNum: '1101051949****0021' }, 'PERSON_ID_NUMBER'],
    [{ partyTypeName: '', cardNum: '110105194912310021' }, 'IDENTIFIER_COMPONENT'],
    [{ caseCode: '泽0104执1194号' }, 'CASE_NUMBER_FORMAT'],
    [{ caseCode: '' }, 'VALUE_REQUIRED'],
    [{ courtName: '' }, 'NO_AUTHORITY'],
    [{ regDate: '', 限制消费令日期: '', publishDate: '' }, 'NO_DATE'],
    [{ 公示截止期: '2025-08-19' }, 'PUBLICATION_ENDS_BEFORE_START'],
    [{ 解除日期: '2025-08-19' }, 'REMOVED_BEFORE_START'],
    [{ 有效期止: '2025-08-19' }, 'ENDS_BEFORE_START'],
    [{ 限制消费令日期: '2098-08-19' }, 'DECIDED_IN_FUTURE'],
    [{ regDate: '20980819' }, 'FILED_IN_FUTURE'],
  ])('is refused for %o', async (changes, reason) => {
    const { reasons, messages } = await one(submit({ ...row, ...changes }));
    expect(reasons).toEqual([reason]);
    expect(messages.join()).not.toContain('19491231');
  });
});
