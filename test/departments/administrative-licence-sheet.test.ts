import { describe, expect, it } from 'vitest';
import { codeTable } from '../../schema/codes/city.ts';
import { licenceSheet } from '../../standards/administrative-licence/sheets.ts';
import { environment } from '../../subgraphs/environment/index.ts';
import { market } from '../../subgraphs/market/index.ts';
import { tax } from '../../subgraphs/tax/index.ts';
import { type Cells, madeUpCode, one, submitTo } from './submitted.ts';

const submit = submitTo(licenceSheet());
const company = madeUpCode('MA7KQ2X5');
const bureau = madeUpCode('00325518', '11');

const row: Cells = {
  行政相对人名称: '云泽市青禾食品有限公司',
  行政相对人类别: '法人及非法人组织',
  '行政相对人代码_1(统一社会信用代码)': company,
  法定代表人: '钱某某',
  法定代表人证件号码: '110105194912310021',
  行政许可决定文书名称: '准予食品生产许可决定书',
  行政许可决定文书号: '云市监许〔2026〕118号',
  许可类别: '普通',
  许可证书名称: '食品生产许可证',
  许可编号: 'SC10199010400018',
  许可内容: '食品类别:速冻食品。',
  许可决定日期: '2026/3/5',
  有效期自: '2026-03-06',
  有效期至: '2031-03-05',
  许可机关: '云泽市市场监督管理局',
  许可机关统一社会信用代码: bureau,
  当前状态: '1',
  数据来源单位: '云泽市市场监督管理局',
  数据来源单位统一社会信用代码: bureau,
  备注: '内部备注',
};
const submitted = (changes: Cells = {}) => one(submit({ ...row, ...changes }));

describe('a licence of the standard of 2018', () => {
  it('becomes a draft with all that the standard says', async () => {
    const { draft, marks, source } = await submitted();
    expect(draft).toEqual({
      counterpart: { name: '云泽市青禾食品有限公司', identifiers: [{ type: 'CREDIT_CODE', value: company }] },
      keyedBy: 'NAME',
      naturalKey: ['云市监许(2026)118号', bureau, '2026-03-05'],
      authority: { name: '云泽市市场监督管理局', creditCode: bureau },
      provider: { name: '云泽市市场监督管理局', creditCode: bureau },
      documentNumber: '云市监许〔2026〕118号',
      decidedOn: '2026-03-05',
      effectiveUntil: '2031-03-05',
      publishedOn: null,
      publicationEndsOn: null,
      publicationDeadline: '2026-03-16',
      isPublicationProvisional: false,
      accessLevel: 'PUBLIC',
      withheldReason: null,
      sortedOn: '2026-03-05',
      marks: [],
      own: {
        counterpartCategory: 'LEGAL_ENTITY',
        legalRepresentativeName: '钱某某',
        documentName: '准予食品生产许可决定书',
        licenceCategory: '01',
        certificateName: '食品生产许可证',
        certificateNumber: 'SC10199010400018',
        content: '食品类别:速冻食品。',
        validFrom: '2026-03-06',
        validTo: '2031-03-05',
        status: 'VALID',
      },
    });
    expect(marks).toEqual([]);
    expect(source?.备注).toBe('内部备注');
    expect(source).not.toHaveProperty('法定代表人证件号码');
  });

  it('is read by its XK_ codes as well', async () => {
    const coded = Object.fromEntries(Object.entries(row).map(([header, cell]) => [CODES.get(header) ?? header, cell]));
    expect(Object.keys(coded).filter((header) => header.startsWith('XK_'))).toHaveLength(CODES.size);
    const { draft, source } = await one(submit(coded));
    expect(draft).toEqual((await submitted()).draft);
    expect(JSON.stringify(source)).not.toContain('19491231');
  });

  it('is read alike in every department that licenses', async () => {
    const { draft } = await submitted();
    for (const sheet of [
      market.sheets['market.licence'],
      tax.sheets['tax.licence'],
      environment.sheets['environment.licence'],
    ])
      expect((await one(submitTo(sheet)(row))).draft).toEqual(draft);
  });

  it('is open-ended where its validity ends on 2099-12-31, or in words', async () => {
    for (const end of ['2099-12-31', '2099/12/31', '长期', '9999-12-31']) {
      const { draft } = await submitted({ 有效期至: end });
      expect([end, draft?.own.validTo, draft?.effectiveUntil]).toEqual([end, null, null]);
    }
  });

  it('is one record however brackets and blanks of its number are written', async () => {
    const keys = await Promise.all(
      ['云市监许〔2026〕118号', '云市监许（2026） 118号', '云市监许[2026]118号'].map(
        async (number) => (await submitted({ 行政许可决定文书号: number })).draft?.naturalKey,
      ),
    );
    expect(new Set(keys.map((key) => JSON.stringify(key))).size).toBe(1);
  });

  it('is known by its certificate where the decision has no number', async () => {
    const { draft } = await submitted({ 行政许可决定文书号: '无' });
    expect([draft?.documentNumber, draft?.naturalKey[0]]).toEqual([null, 'SC10199010400018']);
  });
});

describe('a licence is refused', () => {
  it.each([
    [{ 行政许可决定文书号: '', 许可编号: '' }, 'VALUE_REQUIRED'],
    [{ 许可内容: '暂无' }, 'VALUE_REQUIRED'],
    [{ 许可类别: '' }, 'VALUE_REQUIRED'],
    [{ 许可决定日期: '' }, 'VALUE_REQUIRED'],
    [{ 许可决定日期: '2098-01-01', 有效期自: '2098-01-01', 有效期至: '2099-01-01' }, 'DECIDED_IN_FUTURE'],
    [{ 有效期自: '2026-01-01', 有效期至: '2026-03-04' }, 'ENDS_BEFORE_DECISION'],
    [{ 有效期自: '2026-05-01', 有效期至: '2026-04-30' }, 'ENDS_BEFORE_START'],
    [{ 许可机关统一社会信用代码: '11990102003255' }, 'AUTHORITY_CODE'],
    [{ 许可机关: '', 数据来源单位: '' }, 'NO_AUTHORITY'],
    [{ 行政相对人类别: '自然人' }, 'CATEGORY_CONTRADICTS_NUMBERS'],
    [{ '行政相对人代码_1(统一社会信用代码)': '' }, 'NO_IDENTIFIER'],
  ])('for %o', async (changes, reason) => {
    const { reasons, messages } = await submitted(changes);
    expect(reasons).toEqual([reason]);
    expect(messages.join()).toMatch(/^\P{ASCII}.*。$/u);
  });

  it('for a publication that ends before the decision', async () => {
    expect((await one(submit({ ...row, 公示截止期: '2026-03-04' }))).reasons).toEqual([
      'PUBLICATION_ENDS_BEFORE_DECISION',
    ]);
    const { draft } = await one(submit({ ...row, 公示截止期: '2026-03-05' }));
    expect(draft?.publicationEndsOn).toBe('2026-03-05');
  });

  it('not for a validity of one day, nor for one that began before the decision', async () => {
    const { draft } = await submitted({ 有效期自: '2026-01-01', 有效期至: '2026-03-05' });
    expect([draft?.own.validFrom, draft?.own.validTo]).toEqual(['2026-01-01', '2026-03-05']);
  });
});

describe('the category of a licence', () => {
  it.each([
    ['普通', '01'],
    ['特许', '02'],
    ['认可', '03'],
    ['核准', '04'],
    ['登记', '05'],
    ['其他', '06'],
    ['02', '02'],
    ['5', '05'],
    ['其他-备案', '06'],
    ['其他（补证）', '06'],
  ])('"%s" is %s', async (given, code) => {
    const { draft, marks } = await submitted({ 许可类别: given });
    expect([draft?.own.licenceCategory, marks]).toEqual([code, []]);
  });

  it('that the table does not know is OTHER with a mark', async () => {
    const { draft, marks } = await submitted({ 许可类别: '容缺受理' });
    expect([draft?.own.licenceCategory, marks]).toEqual(['06', ['CODE_UNKNOWN']]);
  });
});

describe('the state of a licence', () => {
  const { 行政许可决定文书名称: _name, 有效期自: _from, ...others } = row;
  const of2015: Cells = { ...others, 项目名称: '食品生产许可' };

  it.each([
    ['1', 'VALID'],
    ['2', 'INVALID'],
    ['2.0', 'INVALID'],
    ['有效', 'VALID'],
    ['已注销', 'INVALID'],
    ['异议', 'DISPUTED'],
    ['', null],
  ])('"%s" is %s in the standard of 2018, and published', async (given, status) => {
    const { draft, marks } = await submitted({ 当前状态: given });
    expect([draft?.own.status, draft?.withheldReason, marks]).toEqual([status, null, []]);
  });

  it.each([
    ['0', 'VALID', null],
    ['1', 'WITHDRAWN', 'WITHDRAWN'],
    ['2', 'DISPUTED', null],
    ['3', 'OTHER', null],
    ['正常', 'VALID', null],
  ])('"%s" is %s in the standard of 2015', async (given, status, withheld) => {
    const { draft, marks } = await one(submit({ ...of2015, 当前状态: given }));
    expect([draft?.own.status, draft?.withheldReason, marks]).toEqual([status, withheld, []]);
    expect(draft?.own.documentName).toBe('食品生产许可');
  });

  it('withdrawn in words is withheld in either', async () => {
    for (const cells of [row, of2015])
      expect((await one(submit({ ...cells, 当前状态: '撤销' }))).draft?.withheldReason).toBe('WITHDRAWN');
  });

  it.each(['7', '0', '审批中'])('"%s" that no standard knows is OTHER with a mark', async (given) => {
    const { draft, marks } = await submitted({ 当前状态: given });
    expect([draft?.own.status, marks]).toEqual(['OTHER', ['CODE_UNKNOWN']]);
  });

  it('has a code for every digit of either standard, once', () => {
    const digits = (standard: string) =>
      codeTable('licence-statuses').rows.flatMap((each) => each.extra[standard] || []);
    expect([digits('in2015').sort(), digits('in2018').sort()]).toEqual([
      ['0', '1', '2', '3'],
      ['1', '2'],
    ]);
  });
});

describe("what a licence's source says against showing it", () => {
  it.each([
    [{ 不予公示原因: '涉及商业秘密' }, '涉及商业秘密', 'PUBLIC'],
    [{ 是否公示: '否' }, 'NOT_FOR_PUBLICATION', 'PUBLIC'],
    [{ 信息使用范围: '仅授权查询' }, null, 'AUTHORIZED'],
    [{ 信息使用范围: '不公示' }, null, 'CONFIDENTIAL'],
  ])('%o', async (cells, reason, level) => {
    const { draft } = await one(submit({ ...row, ...cells }));
    expect([draft?.withheldReason, draft?.accessLevel]).toEqual([reason, level]);
  });

  it('leaves no ID number in what is shown', async () => {
    const { draft, source } = await submitted({ 许可内容: '经营者身份证号110105194912310021,准予经营。' });
    expect(JSON.stringify([draft, source])).not.toContain('19491231');
    expect(draft?.own.content).toContain('准予经营');
  });
});

describe('the validity of a licence in one cell', () => {
  it.each([
    ['2026-03-06至2031-03-05', '2026-03-06', '2031-03-05'],
    ['自2026年3月6日起至2031年3月5日止', '2026-03-06', '2031-03-05'],
    ['2026.03.06到长期', '2026-03-06', null],
    ['2031-03-05', null, '2031-03-05'],
    ['长期', null, null],
  ])('is read: 有效期 "%s"', async (given, validFrom, validTo) => {
    const { 有效期自: _from, 有效期至: _to, ...others } = row;
    const { draft, reasons } = await one(submit({ ...others, 有效期: given }));
    expect(reasons).toEqual([]);
    expect(draft?.own).toMatchObject({ validFrom, validTo });
  });

  it.each(['五年', '2026-03-06至五年', '2026-03-06至2027-03-06至2028-03-06'])(
    'is refused where it names no days: 有效期 "%s"',
    async (given) => {
      const { 有效期自: _from, 有效期至: _to, ...others } = row;
      expect((await one(submit({ ...others, 有效期: given }))).reasons).toEqual(['DATE_UNREADABLE']);
    },
  );
});

const CODES: ReadonlyMap<string, string> = new Map([
  ['行政相对人名称', 'XK_XDR_MC'],
  ['行政相对人类别', 'XK_XDR_LB'],
  ['行政相对人代码_1(统一社会信用代码)', 'XK_XDR_SHXYM'],
  ['法定代表人', 'XK_FRDB'],
  ['法定代表人证件号码', 'XK_FR_SFZH'],
  ['行政许可决定文书名称', 'XK_XKWS'],
  ['行政许可决定文书号', 'XK_WSH'],
  ['许可类别', 'XK_XKLB'],
  ['许可证书名称', 'XK_XKZS'],
  ['许可编号', 'XK_XKBH'],
  ['许可内容', 'XK_NR'],
  ['许可决定日期', 'XK_JDRQ'],
  ['有效期自', 'XK_YXQZ'],
  ['有效期至', 'XK_YXQZI'],
  ['许可机关', 'XK_XKJG'],
  ['许可机关统一社会信用代码', 'XK_XKJGDM'],
  ['当前状态', 'XK_ZT'],
  ['数据来源单位', 'XK_LYDW'],
  ['数据来源单位统一社会信用代码', 'XK_LYDWDM'],
]);
