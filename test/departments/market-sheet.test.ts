import { describe, expect, it } from 'vitest';
import { checkDigit } from '../../schema/identifiers/registration-number.ts';
import { market } from '../../subgraphs/market/index.ts';
import { type Cells, madeUpCode, one, submitTo } from './submitted.ts';

const code = madeUpCode('MA7KQ2X5');

describe('a registration', () => {
  const submit = submitTo(market.sheets['market.registration']);
  const row: Cells = {
    统一社会信用代码: code,
    注册号: '',
    企业名称: '云泽市青禾食品有限公司',
    企业类型: '有限责任公司(自然人投资或控股)',
    登记状态: '存续',
    法定代表人: '钱某某',
    注册资本: '500',
    币种: '人民币',
    成立日期: '2019-06-18',
    核准日期: '2025/11/3',
    经营期限自: '2019-06-18',
    经营期限至: '9999-9-9',
    住所: '泽州省云泽市青石区望湖路8号',
    住所区划: '990104',
    生产经营地: '云泽市云台区工业路2号',
    经营范围: '食品生产;食品销售。',
    行业代码: '1432',
    行业名称: '速冻食品制造',
    登记机关: '云泽市市场监督管理局',
    组成形式: '',
    是否个转企: '否',
    联系电话: '13800000000',
  };
  const submitted = (changes: Cells = {}) => one(submit({ ...row, ...changes }));

  it('becomes the one record of its subject', async () => {
    const { draft, marks } = await submitted();
    expect(draft).toEqual({
      counterpart: { name: '云泽市青禾食品有限公司', identifiers: [{ type: 'CREDIT_CODE', value: code }] },
      keyedBy: 'SUBJECT',
      naturalKey: [],
      authority: { name: '云泽市市场监督管理局', creditCode: null },
      provider: { name: '云泽市市场监督管理局', creditCode: null },
      documentNumber: null,
      decidedOn: '2025-11-03',
      effectiveUntil: null,
      publishedOn: null,
      publicationEndsOn: null,
      accessLevel: 'PUBLIC',
      withheldReason: null,
      sortedOn: '2025-11-03',
      marks: [],
      own: {
        status: 'IN_BUSINESS',
        enterpriseType: '1130',
        registrationNumber: null,
        legalRepresentativeName: '钱某某',
        registeredCapital: '5000000.00',
        registeredCapitalCurrency: 'CNY',
        establishedOn: '2019-06-18',
        approvedOn: '2025-11-03',
        operatingFrom: '2019-06-18',
        operatingUntil: null,
        address: '泽州省云泽市青石区望湖路8号',
        districtOfAddress: '990104',
        businessAddress: '云泽市云台区工业路2号',
        businessScope: '食品生产;食品销售。',
        industry: 'C1432',
        compositionForm: null,
        isConvertedFromIndividualBusiness: false,
      },
      compared: { legalRepresentativeHash: null },
    });
    expect(marks).toEqual([]);
  });

  it.each([
    ['500', '', '5000000.00', 'CNY'],
    ['500万元人民币', '', '5000000.00', 'CNY'],
    ['人民币500万元', '', '5000000.00', 'CNY'],
    ['500.5万人民币', '人民币', '5005000.00', 'CNY'],
    ['50万美元', '', '500000.00', 'USD'],
    ['50', '美元', '500000.00', 'USD'],
    ['50万', '156', '500000.00', 'CNY'],
    ['1000000日元', '', '1000000.00', 'JPY'],
    ['5000000元人民币', '', '5000000.00', 'CNY'],
    ['20万英镑', '英镑', '200000.00', 'GBP'],
    ['伍佰万元整', '', '5000000.00', 'CNY'],
  ])('has the capital that "%s" with the currency "%s" says', async (capital, currency, amount, expected) => {
    const { draft } = await submitted({ 注册资本: capital, 币种: currency });
    expect(draft?.own).toMatchObject({ registeredCapital: amount, registeredCapitalCurrency: expected });
  });

  it.each([
    ['法定代表人证件号码', '11010519491231002x', '11010519491231002X'],
    ['负责人身份证号', '110105 19491231 002X', '11010519491231002X'],
    ['证件号码', 'E12345678', null],
    ['法定代表人身份证号', '110105********002X', null],
    ['经营者证件号码', '1.10105194912310E+17', null],
  ])('keeps %s "%s" to compare with and nowhere else, and is taken whatever it is', async (header, given, number) => {
    const { draft, source, marks } = await submitted({ [header]: given, 法定代表人证件类型: '居民身份证' });
    expect(draft?.compared).toEqual({
      legalRepresentativeHash: number === null ? null : { type: 'ID_NUMBER', value: number },
    });
    expect(marks).toEqual([]);
    const elsewhere = JSON.stringify([source, draft?.own, draft?.counterpart]);
    for (const text of [given, '002X', '法定代表人证件类型']) expect(elsewhere).not.toContain(text);
  });

  it('has no capital where none is given', async () => {
    const { draft } = await submitted({ 注册资本: '', 币种: '人民币' });
    expect(draft?.own).toMatchObject({ registeredCapital: null, registeredCapitalCurrency: null });
  });

  it.each([
    [{ 注册资本: '50万美元', 币种: '人民币' }, 'CURRENCY_CONFLICT'],
    [{ 注册资本: '若干' }, 'AMOUNT_UNREADABLE'],
    [{ 币种: '贝壳' }, 'CODE_UNKNOWN'],
    [{ 核准日期: '', 成立日期: '' }, 'NO_DATE'],
    [{ 核准日期: '2098-01-01' }, 'DECIDED_IN_FUTURE'],
    [{ 登记机关: '' }, 'NO_AUTHORITY'],
    [{ 登记状态: '' }, 'VALUE_REQUIRED'],
    [{ 统一社会信用代码: '' }, 'NO_IDENTIFIER'],
  ])('is refused for %o', async (changes, reason) => {
    expect((await submitted(changes)).reasons).toEqual([reason]);
  });

  it('is ordered by its establishment where no approval is given', async () => {
    const { draft } = await submitted({ 核准日期: '' });
    expect([draft?.decidedOn, draft?.sortedOn]).toEqual([null, '2019-06-18']);
  });

  it.each([
    [{ 企业类型: '某种新类型' }, { enterpriseType: null }],
    [{ 住所区划: '某新区' }, { districtOfAddress: null }],
    [{ 行业代码: '9999', 行业名称: '' }, { industry: null }],
    [{ 登记状态: '封存' }, { status: 'OTHER' }],
  ])('keeps %o as %o with a mark', async (changes, own) => {
    const { draft, marks } = await submitted(changes);
    expect(draft?.own).toMatchObject(own);
    expect(marks).toEqual(['CODE_UNKNOWN']);
  });

  it.each([
    [{ 住所区划: '云台区' }, { districtOfAddress: '990105' }],
    [{ 行业代码: 'C1432', 行业名称: '' }, { industry: 'C1432' }],
    [{ 行业代码: '', 行业名称: '速冻食品制造' }, { industry: 'C1432' }],
    [{ 登记状态: '吊销,未注销' }, { status: 'REVOKED' }],
  ])('understands %o', async (changes, own) => {
    const { draft, marks } = await submitted(changes);
    expect(draft?.own).toMatchObject(own);
    expect(marks).toEqual([]);
  });

  it('is known by its old registration number too', async () => {
    const number = `99010200001234${checkDigit('99010200001234')}`;
    const { draft, reasons } = await submitted({ 统一社会信用代码: '', 注册号: number });
    expect(reasons).toEqual([]);
    expect(draft?.counterpart.identifiers).toEqual([{ type: 'REGISTRATION_NUMBER', value: number }]);
    expect(draft?.own.registrationNumber).toBe(number);
  });
});

describe('a penalty of the market regulation department', () => {
  const submit = submitTo(market.sheets['market.penalty']);
  const row: Cells = {
    行政相对人名称: '云泽市青禾食品有限公司',
    统一社会信用代码: code,
    行政处罚决定书文号: '云市监罚〔2026〕18号',
    违法行为类型: '未按规定公示许可证',
    违法事实: '未在经营场所公示许可证。',
    处罚依据: '《食品经营许可和备案管理办法》',
    处罚类别: '警告',
    处罚内容: '警告',
    '罚款金额(万元)': '',
    处罚决定日期: '2026-03-05',
    处罚机关: '云泽市市场监督管理局',
  };

  it('is kept and not published where it is a warning only', async () => {
    expect((await one(submit(row))).draft?.withheldReason).toBe('WARNING_ONLY');
  });

  it('is published where more than a warning was imposed', async () => {
    const fined = await one(
      submit({ ...row, 处罚类别: '警告;罚款', 处罚内容: '警告;罚款1000元', '罚款金额(万元)': '0.1' }),
    );
    expect([fined.draft?.withheldReason, fined.draft?.own.fine]).toEqual([null, '1000.00']);
  });

  it("keeps the source's own reason", async () => {
    expect((await one(submit({ ...row, 不予公示原因: '涉及商业秘密' }))).draft?.withheldReason).toBe('涉及商业秘密');
  });
});
