import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contradictsText, finesInText } from '../../standards/administrative-penalty/fines-in-text.ts';
import { penaltySheet } from '../../standards/administrative-penalty/sheets.ts';
import { type Cells, madeUpCode, one, submitTo } from './submitted.ts';

const submit = submitTo(penaltySheet());
const company = madeUpCode('MA7KQ2X5');
const bureau = madeUpCode('00325518', '11');

const row: Cells = {
  行政相对人名称: '云泽市青禾食品有限公司',
  行政相对人类别: '法人及非法人组织',
  '行政相对人代码_1(统一社会信用代码)': company,
  法定代表人: '钱某某',
  法定代表人证件号码: '110105194912310021',
  行政处罚决定书文号: '云市监罚〔2026〕18号',
  违法行为类型: '经营超过保质期的食品',
  违法事实: '当事人经营超过保质期的食品,经查属实。',
  处罚依据: '《中华人民共和国食品安全法》第一百二十四条第一款',
  处罚类别: '罚款;没收违法所得、没收非法财物',
  处罚内容: '1.没收违法所得350元;2.罚款2000元。',
  '罚款金额(万元)': '0.2',
  '没收违法所得、没收非法财物的金额(万元)': '0.035',
  暂扣或吊销证照名称及编号: '',
  处罚决定日期: '2026/3/5',
  处罚有效期: '2099-12-31',
  公示截止期: '2027-03-05',
  处罚机关: '云泽市市场监督管理局',
  处罚机关统一社会信用代码: bureau,
  数据来源单位: '云泽市市场监督管理局',
  数据来源单位统一社会信用代码: bureau,
  备注: '内部备注',
};
const submitted = (changes: Cells = {}) => one(submit({ ...row, ...changes }));

describe('a penalty of the standard of 2018', () => {
  it('becomes a draft with all that the standard says', async () => {
    const { draft, marks, source } = await submitted();
    expect(draft).toEqual({
      counterpart: { name: '云泽市青禾食品有限公司', identifiers: [{ type: 'CREDIT_CODE', value: company }] },
      keyedBy: 'NAME',
      naturalKey: ['云市监罚(2026)18号', bureau, '2026-03-05'],
      authority: { name: '云泽市市场监督管理局', creditCode: bureau },
      provider: { name: '云泽市市场监督管理局', creditCode: bureau },
      documentNumber: '云市监罚〔2026〕18号',
      decidedOn: '2026-03-05',
      effectiveUntil: null,
      publishedOn: null,
      publicationEndsOn: '2027-03-05',
      publicationDeadline: '2026-03-16',
      repairEligibleFrom: '2026-06-05',
      isPublicationProvisional: true,
      accessLevel: 'PUBLIC',
      withheldReason: null,
      sortedOn: '2026-03-05',
      marks: [],
      own: {
        counterpartCategory: 'LEGAL_ENTITY',
        legalRepresentativeName: '钱某某',
        violationType: '经营超过保质期的食品',
        violationFacts: '当事人经营超过保质期的食品,经查属实。',
        legalBasis: '《中华人民共和国食品安全法》第一百二十四条第一款',
        penaltyTypes: ['FINE', 'CONFISCATE_ILLEGAL_GAINS', 'CONFISCATE_ILLEGAL_PROPERTY'],
        content: '1.没收违法所得350元;2.罚款2000元。',
        fine: '2000.00',
        fineCurrency: 'CNY',
        confiscated: '350.00',
        confiscatedCurrency: 'CNY',
        affectedLicence: null,
        procedure: null,
        severity: null,
        publicationRule: 'RS-2026/GENERAL',
      },
    });
    expect(marks).toEqual([]);
    expect(source?.备注).toBe('内部备注');
    expect(source).not.toHaveProperty('法定代表人证件号码');
  });

  it('is read by its CF_ codes as well', async () => {
    const coded = Object.fromEntries(Object.entries(row).map(([header, cell]) => [CODES.get(header) ?? header, cell]));
    expect(Object.keys(coded).filter((header) => header.startsWith('CF_'))).toHaveLength(CODES.size);
    expect((await one(submit(coded))).draft).toEqual((await submitted()).draft);
  });
});

describe('R1 The counterpart’s category and its numbers', () => {
  it('agree: an organisation has a number, its code is one, and a natural person has an ID number and none of those', async () => {
    const code = '行政相对人代码_1(统一社会信用代码)';
    expect((await submitted()).draft?.own.counterpartCategory).toBe('LEGAL_ENTITY');
    expect((await submitted({ [code]: '' })).reasons).toEqual(['NO_IDENTIFIER']);
    expect((await submitted({ [code]: '110105194912310021' })).reasons).not.toEqual([]);
    expect((await submitted({ 行政相对人类别: '自然人' })).reasons).toEqual(['CATEGORY_CONTRADICTS_NUMBERS']);
    expect((await submitted({ 行政相对人类别: '自然人', [code]: '' })).reasons).toEqual(['PERSON_ID_NUMBER']);
  });
});

describe('R5 The authority’s and the provider’s codes', () => {
  const first = (code: string) => ({ 处罚机关统一社会信用代码: code });
  const provider = (code: string) => ({ 数据来源单位统一社会信用代码: code });

  it.each([
    ['too short', first('11990102003255')],
    ['with a wrong check character', first(`${bureau.slice(0, 17)}${bureau.endsWith('0') ? '1' : '0'}`)],
    ['too short', provider('11990102003255')],
  ])('are refused when %s', async (_, change) => {
    expect((await submitted(change)).reasons).toEqual(['AUTHORITY_CODE']);
  });

  it('are marked where they are no government body’s: a law may empower another', async () => {
    for (const change of [first(company), provider(company)])
      expect((await submitted(change)).marks).toEqual(['AUTHORITY_NOT_GOVERNMENT']);
    expect((await submitted()).marks).toEqual([]);
  });

  it('may be missing', async () => {
    expect((await submitted()).draft?.authority.creditCode).toBe(bureau);
    const { draft } = await submitted({ ...first(''), ...provider('') });
    expect([draft?.authority.creditCode, draft?.provider.creditCode]).toEqual([null, null]);
  });
});

describe('R6 Words for nothing', () => {
  it.each(['暂无', '无', '\\N', '\\n', '/', '—'])('are nothing: %s', async (word) => {
    const { draft, marks } = await submitted({ 暂扣或吊销证照名称及编号: word, 法定代表人: word });
    expect(draft?.own).toMatchObject({ affectedLicence: null, legalRepresentativeName: null });
    expect(marks).toEqual([]);
  });

  it.each(['1900-1-1', '9999-9-9', '2099-12-31', ''])('are no day: %s', async (day) => {
    const { draft } = await submitted({ 处罚有效期: day, 公示截止期: day });
    expect([draft?.effectiveUntil, draft?.publicationEndsOn]).toEqual([null, '2027-03-05']);
  });
});

describe('R7 The natural key', () => {
  it('is number, authority and day beside the counterpart: another of them is another record', async () => {
    const changes = [
      {},
      { 行政处罚决定书文号: '云市监罚〔2026〕19号' },
      { 处罚机关统一社会信用代码: '' },
      { 处罚决定日期: '2026-03-06' },
    ];
    const keys = await Promise.all(changes.map(async (change) => (await submitted(change)).draft?.naturalKey));
    expect(new Set(keys.map((key) => JSON.stringify(key))).size).toBe(4);
  });

  it('stays where the content is corrected', async () => {
    const [first, corrected] = [await submitted(), await submitted({ 处罚内容: '罚款2000元。', 违法事实: '更正。' })];
    expect(corrected.draft?.naturalKey).toEqual(first.draft?.naturalKey);
    expect(corrected.draft?.own).not.toEqual(first.draft?.own);
  });
});

describe('R8 The document number', () => {
  it('is one key, however brackets and blanks are written, and keeps its writing', async () => {
    const numbers = ['云市监罚〔2026〕18号', '云市监罚(2026)18号', '云市监罚（2026） 18号', '云市监罚[2026]18号'];
    const drafts = await Promise.all(
      numbers.map(async (number) => (await submitted({ 行政处罚决定书文号: number })).draft),
    );
    expect(new Set(drafts.map((draft) => JSON.stringify(draft?.naturalKey))).size).toBe(1);
    expect(drafts.at(0)?.documentNumber).toBe('云市监罚〔2026〕18号');
    expect(drafts.at(1)?.documentNumber).toBe('云市监罚(2026)18号');
  });
});

describe('R9 Rows about natural persons', () => {
  it('are refused without a sound ID number or with another certificate, and leave no number behind', async () => {
    const person = { 行政相对人名称: '钱某某', 行政相对人类别: '自然人', '行政相对人代码_1(统一社会信用代码)': '' };
    const rows: readonly (readonly [Cells, string])[] = [
      [{ ...person, 证件号码: '110105194912310021' }, 'PERSON_ID_NUMBER'],
      [{ ...person, 证件类型: '身份证' }, 'PERSON_ID_NUMBER'],
      [{ ...person, 证件类型: '护照', 证件号码: '11010519491231002X' }, 'PERSON_CERTIFICATE'],
    ];
    for (const [change, reason] of rows) {
      const { reasons, messages } = await one(submit({ ...row, ...change }));
      expect(reasons).toEqual([reason]);
      expect(messages.join()).not.toContain('19491231');
    }
  });
});

describe('R10 The procedure', () => {
  it.each([
    [{ 处罚程序: '简易程序' }, 'SUMMARY', 'RS-2026/MINOR', 'MINOR_NOT_PUBLISHED'],
    [{ 是否简易程序: '是' }, 'SUMMARY', 'RS-2026/MINOR', 'MINOR_NOT_PUBLISHED'],
    [{ 处罚程序: '简易程序', 失信程度: '一般' }, 'SUMMARY', 'RS-2026/GENERAL', null],
    [{ 处罚程序: '简易程序', 是否公示: '是' }, 'SUMMARY', 'RS-2026/MINOR', null],
    [{ 处罚程序: '普通程序' }, 'ORDINARY', 'RS-2026/GENERAL', null],
    [{ 是否简易程序: '否' }, 'ORDINARY', 'RS-2026/GENERAL', null],
  ])('of %o is kept as %s and decides the rule %s', async (cells, procedure, rule, reason) => {
    const { draft } = await one(submit({ ...row, 处罚决定日期: '2026-05-08', ...cells }));
    expect([draft?.own.procedure, draft?.own.publicationRule, draft?.withheldReason]).toEqual([
      procedure,
      rule,
      reason,
    ]);
  });
});

describe('R2 What a kind of penalty needs', () => {
  it.each([
    ['a fine', { 处罚类别: '罚款', '罚款金额(万元)': '' }, 'FINE_WITHOUT_AMOUNT'],
    ['a fine above zero', { 处罚类别: '罚款', '罚款金额(万元)': '0' }, 'FINE_WITHOUT_AMOUNT'],
    ['a confiscated amount', { '没收违法所得、没收非法财物的金额(万元)': '' }, 'CONFISCATION_WITHOUT_AMOUNT'],
    ['the licence', { 处罚类别: '吊销许可证' }, 'LICENCE_NOT_NAMED'],
    ['the licence', { 处罚类别: '暂扣或者吊销执照' }, 'LICENCE_NOT_NAMED'],
    ['a kind of violation', { 违法行为类型: '' }, 'VALUE_REQUIRED'],
  ])('is %s', async (_, change, code) => {
    const { reasons, messages } = await submitted(change);
    expect(reasons).toEqual([code]);
    expect(messages.join()).toMatch(/^[“处].*。$/u);
  });

  it('is met by a row that has it', async () => {
    const licence = await submitted({ 处罚类别: '吊销许可证', 暂扣或吊销证照名称及编号: '食品经营许可证 JY1990102' });
    expect(licence.draft?.own).toMatchObject({
      penaltyTypes: ['REVOKE_LICENCE'],
      affectedLicence: '食品经营许可证 JY1990102',
    });
  });

  it('is nothing for a warning, whose zero amounts are no money', async () => {
    const { draft } = await submitted({
      处罚类别: '警告',
      处罚内容: '警告',
      '罚款金额(万元)': '0',
      '没收违法所得、没收非法财物的金额(万元)': '0.00',
    });
    expect(draft?.own).toMatchObject({ penaltyTypes: ['WARNING'], fine: null, fineCurrency: null, confiscated: null });
  });

  it('keeps an unknown kind as OTHER with a mark', async () => {
    const { draft, marks } = await submitted({ 处罚类别: '责令具结悔过' });
    expect(draft?.own.penaltyTypes).toEqual(['OTHER']);
    expect(marks).toEqual(['CODE_UNKNOWN']);
  });
});

describe('R3 The dates of a penalty', () => {
  it.each([
    [{ 处罚决定日期: '2098-01-01', 公示截止期: '2098-06-01' }, 'DECIDED_IN_FUTURE'],
    [{ 处罚有效期: '2026-03-04' }, 'ENDS_BEFORE_DECISION'],
    [{ 公示截止期: '2026-03-04' }, 'PUBLICATION_ENDS_BEFORE_DECISION'],
  ])('%o is refused as %s', async (change, code) => {
    expect((await submitted(change)).reasons).toEqual([code]);
  });

  it('may all be the day of decision', async () => {
    const { draft } = await submitted({ 处罚有效期: '2026-03-05', 公示截止期: '2026-03-05' });
    expect([draft?.effectiveUntil, draft?.publicationEndsOn]).toEqual(['2026-03-05', '2026-03-05']);
  });

  it.each([
    ['2026-03-05', '2026-12-31', '2026-12-31', []],
    ['2026-03-05', '', '2029-03-05', []],
    ['2026-03-05', '2099-12-31', '2029-03-05', []],
    ['2024-02-29', '长期', '2027-02-28', []],
    ['2026-03-05', '2031-03-05', '2029-03-05', ['PUBLICATION_SHORTENED']],
  ])(
    'decided %s with the publication end "%s" is published until %s',
    async (decidedOn, end, expected, expectedMarks) => {
      const cells = { 处罚决定日期: decidedOn, 公示截止期: end, 失信程度: '严重' };
      const { draft, marks } = await one(submit({ ...row, ...cells }));
      expect([draft?.publicationEndsOn, marks]).toEqual([expected, expectedMarks]);
    },
  );
});

describe('R4 The amount of a fine', () => {
  it('is read in the unit that the header says', async () => {
    const { '罚款金额(万元)': _, ...others } = row;
    const { draft, marks } = await one(submit({ ...others, '罚款金额（元）': '2000' }));
    expect([draft?.own.fine, marks]).toEqual(['2000.00', []]);
  });

  it('is marked where yuan stand in the column of 10,000 yuan', async () => {
    const { draft, marks } = await submitted({ '罚款金额(万元)': '2000' });
    expect([draft?.own.fine, marks]).toEqual(['20000000.00', ['AMOUNT_DIFFERS_FROM_TEXT']]);
  });

  it.each([
    ['negative', '-0.2', 'AMOUNT_NEGATIVE'],
    ['finer than six decimals', '0.1234567', 'AMOUNT_TOO_PRECISE'],
  ])('is refused when %s', async (_, amount, code) => {
    expect((await submitted({ '罚款金额(万元)': amount })).reasons).toEqual([code]);
  });

  it.each([
    ['罚款2000元', ['2000.00']],
    ['处以罚款人民币贰仟元整（￥2000.00）', ['2000.00']],
    ['罚款人民币伍拾肆万元整', ['540000.00']],
    ['处3,000.50元的罚款', ['3000.50']],
    ['罚款：1.2万元，没收违法所得3000元', ['12000.00']],
    ['对公司罚款2000元,对负责人罚款500元', ['2000.00', '500.00']],
    ['没收违法所得5000元，警告', []],
    ['处货值金额2000元五倍的罚款', []],
  ])('is found in the text "%s"', (content, fines) => {
    expect(finesInText(content)).toEqual(fines);
  });

  it('agrees with a text that states it, alone or among others, and with the sum of several', () => {
    const amounts = fc.integer({ min: 1, max: 99_999_999 }).map((fen) => ({ fen, yuan: (fen / 100).toFixed(2) }));
    fc.assert(
      fc.property(amounts, amounts, (one, other) => {
        const both = `对单位罚款${one.yuan}元，对负责人处${other.yuan}元罚款。`;
        expect(contradictsText(one.yuan, both)).toBe(false);
        expect(contradictsText(other.yuan, both)).toBe(false);
        if (one.fen !== other.fen) expect(contradictsText(((one.fen + other.fen) / 100).toFixed(2), both)).toBe(false);
        expect(contradictsText((one.fen * 100).toFixed(2), `罚款${one.yuan}元`)).toBe(true);
      }),
    );
  });
});

describe("what a penalty's source says against showing it", () => {
  it.each([
    ['不予公示原因', '涉及国家秘密', '涉及国家秘密'],
    ['是否公示', '否', 'NOT_FOR_PUBLICATION'],
    ['当前状态', '1.0', 'WITHDRAWN'],
    ['当前状态', '撤销', 'WITHDRAWN'],
  ])('%s = %s withholds it', async (header, cell, reason) => {
    expect((await one(submit({ ...row, [header]: cell }))).draft?.withheldReason).toBe(reason);
  });

  it.each([
    ['不予公示原因', '无'],
    ['是否公示', '是'],
    ['当前状态', '0'],
    ['信息使用范围', '公示'],
  ])('%s = %s does not', async (header, cell) => {
    const { draft } = await one(submit({ ...row, [header]: cell }));
    expect([draft?.withheldReason, draft?.accessLevel]).toEqual([null, 'PUBLIC']);
  });

  it.each([
    ['仅授权查询', 'AUTHORIZED', []],
    ['1', 'GOVERNMENT', []],
    ['不公示', 'CONFIDENTIAL', []],
    ['按局办通知执行', 'CONFIDENTIAL', ['CODE_UNKNOWN']],
  ])('信息使用范围 = %s makes it %s', async (scope, level, marks) => {
    const outcome = await one(submit({ ...row, 信息使用范围: scope }));
    expect([outcome.draft?.accessLevel, outcome.marks]).toEqual([level, marks]);
  });

  it('leaves no ID number in what is shown', async () => {
    const { draft, source } = await submitted({ 违法事实: '负责人(身份证号110105194912310021)承认上述事实。' });
    expect(JSON.stringify([draft, source])).not.toContain('19491231');
    expect(draft?.own.violationFacts).toContain('承认上述事实');
  });
});

describe('further columns of a penalty', () => {
  it.each([
    [{ 处罚程序: '简易程序' }, { procedure: 'SUMMARY' }],
    [{ 是否简易程序: '否' }, { procedure: 'ORDINARY' }],
    [{ 失信程度: '轻微' }, { severity: 'MINOR' }],
    [{ 失信程度: '严重失信' }, { severity: 'SERIOUS' }],
  ])('%o is read as %o', async (cells, own) => {
    expect((await one(submit({ ...row, ...cells }))).draft?.own).toMatchObject(own);
  });
});

describe('a penalty of the standard of 2015', () => {
  const old: Cells = {
    CF_WSH: '云税稽罚〔2016〕7号',
    CF_CFMC: '偷税处罚案',
    CF_CFLB1: '罚款',
    CF_CFLB2: '警告',
    CF_SY: '少缴增值税',
    CF_YJ: '《中华人民共和国税收征收管理法》第六十三条',
    CF_XDR_MC: '云泽市青禾食品有限公司',
    '行政相对人代码_3(工商登记码)': '',
    CF_XDR_SHXYM: company,
    '行政相对人代码-4': '110105194912310021',
    CF_JG: '罚款500元,警告',
    CF_JDRQ: '20160511',
    CF_XZJG: '云泽市税务局',
    CF_ZT: '0',
  };

  it('is taken with its title and without amounts, which it did not know', async () => {
    const { draft, marks, source } = await one(submit(old));
    expect(draft?.own).toMatchObject({ violationType: '偷税处罚案', penaltyTypes: ['FINE', 'WARNING'], fine: null });
    expect(draft?.counterpart.identifiers).toEqual([{ type: 'CREDIT_CODE', value: company }]);
    expect(draft?.naturalKey).toEqual(['云税稽罚(2016)7号', '云泽市税务局', '2016-05-11']);
    expect(marks).toEqual([]);
    expect(source).not.toHaveProperty('行政相对人代码-4');
  });
});

const CODES: ReadonlyMap<string, string> = new Map([
  ['行政相对人名称', 'CF_XDR_MC'],
  ['行政相对人类别', 'CF_XDR_LB'],
  ['行政相对人代码_1(统一社会信用代码)', 'CF_XDR_SHXYM'],
  ['法定代表人', 'CF_FRDB'],
  ['法定代表人证件号码', 'CF_FR_ZJHM'],
  ['行政处罚决定书文号', 'CF_WSH'],
  ['违法行为类型', 'CF_WFXW'],
  ['违法事实', 'CF_SY'],
  ['处罚依据', 'CF_YJ'],
  ['处罚类别', 'CF_CFLB'],
  ['处罚内容', 'CF_NR'],
  ['罚款金额(万元)', 'CF_NR_FK'],
  ['没收违法所得、没收非法财物的金额(万元)', 'CF_NR_WFFF'],
  ['暂扣或吊销证照名称及编号', 'CF_NR_ZKDX'],
  ['处罚决定日期', 'CF_JDRQ'],
  ['处罚有效期', 'CF_YXQ'],
  ['公示截止期', 'CF_GSJZQ'],
  ['处罚机关', 'CF_CFJG'],
  ['处罚机关统一社会信用代码', 'CF_CFJGDM'],
  ['数据来源单位', 'CF_SJLY'],
  ['数据来源单位统一社会信用代码', 'CF_SJLYDM'],
]);
