import { describe, expect, it } from 'vitest';
import { codeTable } from '../../schema/codes/city.ts';
import { courts } from '../../subgraphs/courts/index.ts';
import { type Cells, madeUpCode, one, submitTo } from './submitted.ts';

const code = madeUpCode('MA7KQ2X5');
const submit = submitTo(courts.sheets['courts.dishonest-debtor']);

const row: Cells = {
  iname: '云泽市青禾食品有限公司',
  partyTypeName: '1',
  cardNum: code,
  age: '0',
  sexy: '',
  businessEntity: '钱某某',
  courtName: '云泽市青石区人民法院',
  areaName: '泽州',
  caseCode: '(2025)泽0104执1194号',
  gistId: '(2024)泽0104民初872号',
  gistUnit: '云泽市青石区人民法院',
  regDate: '20250709',
  duty: '偿还借款本金30万元及利息',
  performance: '全部未履行',
  performedPart: '暂无',
  unperformPart: '暂无',
  disruptTypeName: '有履行能力而拒不履行生效法律文书确定义务,违反财产报告制度',
  publishDate: '2025年08月20日',
};
const submitted = (changes: Cells = {}) => one(submit({ ...row, ...changes }));

describe('an entry on the list of dishonest judgment debtors', () => {
  it('becomes a draft with all that the court publishes', async () => {
    const { draft, marks, source } = await submitted();
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
      publicationEndsOn: '2027-08-20',
      repairEligibleFrom: null,
      isPublicationProvisional: true,
      marks: [],
      accessLevel: 'PUBLIC',
      withheldReason: null,
      sortedOn: '2025-08-20',
      own: {
        caseNumber: '(2025)泽0104执1194号',
        filedOn: '2025-07-09',
        province: '990000',
        basisDocumentNumber: '(2024)泽0104民初872号',
        basisIssuer: '云泽市青石区人民法院',
        obligation: '偿还借款本金30万元及利息',
        performance: 'NONE_PERFORMED',
        performedPart: null,
        unperformedPart: null,
        behaviours: ['REFUSES_THOUGH_ABLE', 'VIOLATES_PROPERTY_REPORTING'],
        legalRepresentativeName: '钱某某',
      },
    });
    expect(marks).toEqual([]);
    expect(source).not.toHaveProperty('age');
  });

  it('is the same record however its case number is written', async () => {
    const { draft } = await submitted({ caseCode: '（2025） 泽0104执1194号' });
    expect(draft?.naturalKey).toEqual(['(2025)泽0104执1194号']);
    expect(draft?.documentNumber).toBe('（2025）泽0104执1194号');
  });

  it.each([
    ['泽0104执1194号', 'CASE_NUMBER_FORMAT'],
    ['(1890)泽0104执1194号', 'CASE_NUMBER_COMPONENT'],
    ['', 'VALUE_REQUIRED'],
  ])('with the case number "%s" is refused', async (caseCode, reason) => {
    expect((await submitted({ caseCode })).reasons).toEqual([reason]);
  });

  it.each([
    ['told by 0, with an organisation’s code', { partyTypeName: '0' }, 'CATEGORY_CONTRADICTS_NUMBERS'],
    ['told by 0, with a masked number', { partyTypeName: '0', cardNum: '1101051949****0021' }, 'PERSON_ID_NUMBER'],
    ['told in words', { partyTypeName: '自然人', cardNum: '' }, 'PERSON_ID_NUMBER'],
  ])('about a person without an ID number is refused: %s', async (_, changes, reason) => {
    expect((await submitted(changes)).reasons).toEqual([reason]);
  });

  it("with a person's ID number is refused, and the reason does not repeat it", async () => {
    const { reasons, messages } = await submitted({ partyTypeName: '', cardNum: '110105194912310021' });
    expect(reasons).toEqual(['IDENTIFIER_COMPONENT']);
    expect(messages.join()).not.toContain('19491231');
  });

  it.each([
    [{ duty: '' }, 'VALUE_REQUIRED'],
    [{ regDate: '' }, 'VALUE_REQUIRED'],
    [{ performance: '不详' }, 'CODE_UNKNOWN'],
    [{ disruptTypeName: '态度恶劣' }, 'CODE_UNKNOWN'],
    [{ disruptTypeName: '违反财产报告制度,态度恶劣' }, 'CODE_UNKNOWN'],
    [{ courtName: '' }, 'NO_AUTHORITY'],
    [{ 列入日期: '2098-01-05' }, 'DECIDED_IN_FUTURE'],
    [{ regDate: '20980105', publishDate: '' }, 'FILED_IN_FUTURE'],
    [{ 有效期止: '2025-01-01' }, 'ENDS_BEFORE_START'],
    [{ 移出日期: '2025-01-01' }, 'REMOVED_BEFORE_START'],
  ])('is refused for %o', async (changes, reason) => {
    expect((await submitted(changes)).reasons).toEqual([reason]);
  });

  it('knows every wording of behaviour, in pairs as well, though wordings hold commas', async () => {
    const rows = codeTable('dishonest-behaviours').rows;
    const pairs = rows.flatMap((first) =>
      [first.label, ...first.aliases].flatMap((wording) =>
        rows.map((second) => ({ text: `${wording},${second.label}`, codes: [...new Set([first.code, second.code])] })),
      ),
    );
    const outcomes = await submit(...pairs.map(({ text }) => ({ ...row, disruptTypeName: text })));
    expect(outcomes.map(({ draft }) => draft?.own.behaviours)).toEqual(pairs.map(({ codes }) => codes));
  });

  it('knows provinces by their short names, and marks one that it does not know', async () => {
    const known = await submit(
      ...['安徽', '北京', '内蒙古', '新疆', '吉林省', '广西'].map((areaName) => ({ ...row, areaName })),
    );
    expect(known.map(({ draft }) => draft?.own.province)).toEqual([
      '340000',
      '110000',
      '150000',
      '650000',
      '220000',
      '450000',
    ]);
    const unknown = await submitted({ areaName: '本市' });
    expect([unknown.draft?.own.province, unknown.marks]).toEqual([null, ['CODE_UNKNOWN']]);
  });

  it('is published as the file says', async () => {
    const further = { 列入日期: '2025-08-18', 公示截止期: '2027-08-20', 失信期限届满日期: '2027-08-18' };
    const { draft } = await one(submit({ ...row, ...further }));
    expect(draft).toMatchObject({
      decidedOn: '2025-08-18',
      publicationEndsOn: '2027-08-20',
      effectiveUntil: '2027-08-18',
    });
    const wrong = await one(submit({ ...row, 公示截止期: '2025-08-19' }));
    expect(wrong.reasons).toEqual(['PUBLICATION_ENDS_BEFORE_START']);
  });

  it('is published for two years from the listing, where the file says when that was', async () => {
    const listed = await one(submit({ ...row, 列入日期: '2025-08-18' }));
    expect(listed.draft).toMatchObject({ publishedOn: '2025-08-20', publicationEndsOn: '2027-08-18' });
  });

  it('that the court has removed is kept and not published', async () => {
    expect((await one(submit({ ...row, 移出日期: '2026-01-05' }))).draft?.withheldReason).toBe('REMOVED');
  });

  it('is ordered by its filing where no publication day is given', async () => {
    const { draft } = await submitted({ publishDate: '' });
    expect([draft?.publishedOn, draft?.sortedOn]).toEqual([null, '2025-07-09']);
  });

  it('shows no ID number out of the obligation', async () => {
    const { draft } = await submitted({ duty: '向申请人王某(身份证号110105194912310021)支付5万元' });
    expect(draft?.own.obligation).toContain('支付5万元');
    expect(JSON.stringify(draft)).not.toContain('19491231');
  });
});
