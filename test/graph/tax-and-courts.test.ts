import { describe, expect, it } from 'vitest';
import { viewerKeyOf } from '../../platform/subgraph/department.ts';
import { viewerSigner } from '../../platform/viewer/token.ts';
import type { Viewer } from '../../platform/viewer/viewer.ts';
import { testCity } from '../support/city.ts';
import { TEST_SECRET } from '../support/database.ts';
import { OFFICIAL, ownerOf, viewerAs } from '../support/viewers.ts';
import { codeOf, csv, PENALTIES, penalty, subjectsFile } from './files.ts';

const city = await testCity();
const [NAME, CODE] = ['云泽远帆贸易有限公司', codeOf(41)];
const [QUIET, QUIET_CODE] = ['云泽静水酒店有限公司', codeOf(42)];
const OFFICE = '云泽市税务局';
const COURT = '云泽市青石区人民法院';

await city.take('credit.subject', subjectsFile([[NAME, CODE]]));
await city.take(
  'tax.major-violation',
  csv(
    '纳税人名称,纳税人识别号,案件性质,主要违法事实,处罚依据,税务处理处罚情况,法定代表人姓名,注册地址,录入时间,移出时间,发布部门',
    [NAME, CODE, '偷税', '少列收入', '某法第一条', '追缴税款', '钱某某', '云泽市东街1号', '2025-03-14', '', OFFICE],
    [NAME, CODE, '骗税', '骗取出口退税', '某法第一条', '追缴税款', '钱某某', '', '2024-03-14', '2026-01-05', OFFICE],
    [NAME, CODE, '抗税', '拒不缴纳', '某法第一条', '追缴税款', '钱某某', '', '2021-03-14', '', OFFICE],
  ),
);
await city.take(
  'tax.penalty',
  csv(PENALTIES, penalty(NAME, CODE, '云税稽罚〔2026〕7号', '2026-03-05', 2000, '2027-03-05')),
);
await city.take(
  'tax.payment',
  csv(
    '纳税人名称,纳税人识别号,税款所属期,税种,应缴税额(万元),实缴税额(元),主管税务机关,缴款日期',
    [NAME, CODE, '2025年', '增值税', '54', '540000', OFFICE, '2026-01-15'],
    [NAME, CODE, '2025-03', '消费税', '', '1200.5', OFFICE, ''],
    [QUIET, QUIET_CODE, '2025年', '增值税', '1', '10000', OFFICE, ''],
  ),
);
await city.take(
  'courts.consumption-restriction',
  csv(
    '被执行人名称,统一社会信用代码,案号,执行法院,立案时间,限制消费令日期,发布时间,限制消费内容,法定代表人,解除日期',
    [NAME, CODE, '(2025)泽0104执1194号', COURT, '2025-07-09', '2025-08-18', '2025-08-20', '旅游、度假', '钱某某', ''],
    [NAME, CODE, '(2024)泽0104执7号', COURT, '2024-07-09', '2024-08-18', '2024-08-20', '', '钱某某', '2025-01-05'],
  ),
);
await city.take(
  'courts.enforcement-case',
  csv('企业名称,统一社会信用代码,执行法院,案号,执行依据,执行案由,立案日期,结案日期,执行金额(万元),未执行金额(元)', [
    NAME,
    CODE,
    COURT,
    '(2025)泽0104执1194号',
    '(2024)泽0104民初872号',
    '买卖合同纠纷',
    '2025-07-09',
    '2026-02-10',
    '54',
    '200000.5',
  ]),
);
await city.take(
  'courts.judgment',
  csv(
    '主体名称,统一社会信用代码,案号,审理法院,案由,审级,文书类型,诉讼地位,裁判日期,生效日期,文书链接',
    ...(
      [
        ['(2024)泽0104民初872号', '判决书', '被告'],
        ['(2024)泽0104民初873号', '调解书', '被告'],
        ['(2024)泽0104民初874号', '判决书', '原告'],
      ] as const
    ).map(([number, kind, role]) => [
      ...[NAME, CODE, number, COURT, '买卖合同纠纷', '一审', kind, role],
      ...['2025-03-01', '2025-03-20', 'https://court.example/872'],
    ]),
  ),
);

/** What every record has. */
const COMMON = `id item { code title class department { code } basis frequency { label } } subject { id } counterpartName
  provider { name creditCode } authority { name creditCode } documentNumber decidedOn effectiveUntil isInForce
  publication { publishedOn endsOn deadline repairEligibleFrom isProvisional } marks version recordedAt`;

const term = (code: string, label: string) => ({ code, label });
const yuan = (amount: string) => ({ amount, currency: 'CNY' });

async function answered(slice: 'tax' | 'courts', list: string, fields: string) {
  const question = `{ subject(identifier: "${CODE}") { ${slice} { ${list} { totalCount nodes { ${COMMON} ${fields} } } } } }`;
  const { data, errors } = await city.ask(question);
  expect(errors).toEqual([]);
  const { totalCount, nodes } = data.subject[slice][list];
  expect(nodes).toHaveLength(totalCount);
  return nodes;
}

/** The facts of every record, for one of these departments. */
const common = (slice: string, item: string, authority: string) => ({
  id: expect.stringMatching(/^[\w-]{22}$/u),
  item: expect.objectContaining({ code: item, department: { code: slice } }),
  subject: { id: CODE },
  counterpartName: NAME,
  provider: { name: authority, creditCode: null },
  authority: { name: authority, creditCode: null },
  marks: [],
  version: 1,
  recordedAt: expect.any(String),
});

describe('What the tax department has of a company', () => {
  it('is its entry as a major violator, but none that was removed or whose term is over', async () => {
    const fields = `grounds { code label } violationFacts legalBasis treatment legalRepresentativeName registeredAddress`;
    expect(await answered('tax', 'majorViolations', fields)).toEqual([
      expect.objectContaining({
        ...common('tax', 'tax.major-violation', OFFICE),
        publication: expect.objectContaining({ publishedOn: '2025-03-14', endsOn: '2028-03-14' }),
        isInForce: true,
        grounds: [term('TAX_EVASION', '偷税')],
        violationFacts: '少列收入',
        legalBasis: '某法第一条',
        treatment: '追缴税款',
        legalRepresentativeName: '钱某某',
        registeredAddress: '云泽市东街1号',
      }),
    ]);
  });

  it('is its penalty, of the type that all departments share', async () => {
    const fields = `counterpartCategory { code } legalRepresentativeName violationType violationFacts legalBasis
      penaltyTypes { code } content fine { amount currency } confiscated { amount } affectedLicence procedure { code } severity { code }`;
    expect(await answered('tax', 'penalties', fields)).toEqual([
      expect.objectContaining({
        ...common('tax', 'tax.penalty', '云泽市市场监督管理局'),
        documentNumber: '云税稽罚〔2026〕7号',
        decidedOn: '2026-03-05',
        publication: expect.objectContaining({ endsOn: '2027-03-05' }),
        violationType: '违法经营',
        penaltyTypes: [{ code: 'FINE' }],
        fine: yuan('2000.00'),
        confiscated: null,
      }),
    ]);
  });
});

describe('What the courts have of a company', () => {
  it('is the restriction that stands, and none that was lifted', async () => {
    expect(
      await answered('courts', 'consumptionRestrictions', 'caseNumber filedOn restrictedActs { code label }'),
    ).toEqual([
      expect.objectContaining({
        ...common('courts', 'courts.consumption-restriction', COURT),
        documentNumber: '（2025）泽0104执1194号',
        decidedOn: '2025-08-18',
        isInForce: true,
        caseNumber: '（2025）泽0104执1194号',
        filedOn: '2025-07-09',
        restrictedActs: [term('TRAVEL', '旅游、度假')],
      }),
    ]);
  });

  it('is its enforcement case, with amounts in yuan whatever the column’s unit', async () => {
    const fields =
      'caseNumber filedOn closedOn target { amount currency } unperformed { amount currency } cause basisDocumentNumber';
    expect(await answered('courts', 'enforcementCases', fields)).toEqual([
      expect.objectContaining({
        ...common('courts', 'courts.enforcement-case', COURT),
        effectiveUntil: '2026-02-10',
        isInForce: false,
        caseNumber: '（2025）泽0104执1194号',
        filedOn: '2025-07-09',
        closedOn: '2026-02-10',
        target: yuan('540000.00'),
        unperformed: yuan('200000.50'),
        cause: '买卖合同纠纷',
        basisDocumentNumber: '(2024)泽0104民初872号',
      }),
    ]);
  });

  it('is the judgment against it, not the mediation and not the case that it brought', async () => {
    const fields = 'caseNumber documentType { label } role { label } cause instance { label } effectiveOn url';
    expect(await answered('courts', 'judgments', fields)).toEqual([
      expect.objectContaining({
        ...common('courts', 'courts.judgment', COURT),
        decidedOn: '2025-03-01',
        caseNumber: '（2024）泽0104民初872号',
        documentType: { label: '判决书' },
        role: { label: '被告' },
        cause: '买卖合同纠纷',
        instance: { label: '一审' },
        effectiveOn: '2025-03-20',
        url: 'https://court.example/872',
      }),
    ]);
    const stored = await city.database.admin`select access_level from courts.judgment_summaries`;
    expect(stored.map((row) => row.access_level).sort()).toEqual(['CONFIDENTIAL', 'PUBLIC']);
  });

  it('filters by the kind’s own facets', async () => {
    const { data } = await city.ask(`{ subject(identifier: "${CODE}") { courts {
      great: enforcementCases(filter: { amount: { from: "540000" } }) { totalCount }
      greater: enforcementCases(filter: { amount: { from: "540000.01" } }) { totalCount }
      rulings: judgments(filter: { types: ["RULING"] }) { totalCount } } } }`);
    expect(data.subject.courts).toEqual({
      great: { totalCount: 1 },
      greater: { totalCount: 0 },
      rulings: { totalCount: 0 },
    });
  });
});

describe('What a company paid in taxes', () => {
  const asked = (list: string) => city.ask(`{ subject(identifier: "${CODE}") { tax { ${list} } } }`);

  it('is refused to an anonymous visitor like a list that never was', async () => {
    const [hidden, never] = [await asked('payments { totalCount }'), await asked('paymentz { totalCount }')];
    expect(hidden.status).toBe(400);
    const withoutName = (text: string) => text.replaceAll(/payment[sz]/gu, '…');
    expect(withoutName(hidden.text)).toBe(withoutName(never.text));
    for (const near of ['payment', 'payments2', 'Payments'])
      expect((await asked(`${near} { totalCount }`)).text).not.toMatch(/\bpayments\b/u);
  });

  it('stands in no introspection, by its list, its type or the interface of all records', async () => {
    const { text, data } = await city.ask(`{ __schema { types { name fields { name type { name ofType { name } } } } }
      slice: __type(name: "TaxSlice") { fields { name } } records: __type(name: "CreditRecord") { possibleTypes { name } }
      payment: __type(name: "TaxPayment") { name } }`);
    expect(text).not.toMatch(/TaxPayment|payments|periodFrom|payable/u);
    expect(data.payment).toBeNull();
    expect(data.slice.fields.map((field: { name: string }) => field.name).sort()).toEqual(
      ['arrears', 'creditRatings', 'licences', 'majorViolations', 'penalties'].sort(),
    );
    const records = data.records.possibleTypes.map((type: { name: string }) => type.name);
    expect(records).toContain('MajorTaxViolation');
  });

  it('is not reached by a fragment on its type, nor by whatever lists it stands beside', async () => {
    expect((await asked('arrears { nodes { ... on TaxPayment { paid { amount } } } }')).status).toBe(400);
    expect((await asked('arrears { nodes { ... on CreditRecord { ... on TaxPayment { id } } } }')).status).toBe(400);
  });

  it('does not show that a company exists of which nothing else is known', async () => {
    const of = async (code: string) => (await city.ask(`{ subject(identifier: "${code}") { id name } }`)).text;
    expect((await of(QUIET_CODE)).replaceAll(QUIET_CODE, '…')).toBe((await of(codeOf(43))).replaceAll(codeOf(43), '…'));
    expect((await city.ask('{ subjects(search: "静水") { totalCount } }')).data.subjects.totalCount).toBe(0);
  });

  const sign = viewerSigner('tax', viewerKeyOf(TEST_SECRET, 'tax'));
  const query = `query Q($of: [_Any!]!) { _entities(representations: $of) { ... on Subject { tax {
    payments(first: 12) { totalCount nodes { ${COMMON} year periodFrom periodUntil taxType { code label }
      payable { amount currency } paid { amount currency } paidOn } } } } } }`;
  const department = async (viewer: Viewer, text = query) => {
    const tax = city.city.near.get('tax');
    if (!tax) throw new Error('the tax department is not here');
    const question = { query: text, operationName: 'Q', variables: { of: [{ __typename: 'Subject', id: CODE }] } };
    const { data, errors } = await tax.ask(question, sign(viewer, question));
    const [subject] = (data?._entities ?? []) as { readonly tax: { readonly payments: unknown } }[];
    return { payments: subject?.tax.payments, codes: (errors ?? []).map((error) => error.extensions?.code) };
  };

  it('is answered whole to whoever the gateway says may see it, latest period first', async () => {
    const { payments, codes } = await department(ownerOf(CODE));
    expect(codes).toEqual([]);
    expect(payments).toEqual({
      totalCount: 2,
      nodes: [
        expect.objectContaining({
          ...common('tax', 'tax.payment', OFFICE),
          item: expect.objectContaining({ class: 'OPERATION' }),
          year: 2025,
          periodFrom: '2025-01-01',
          periodUntil: '2025-12-31',
          taxType: term('VALUE_ADDED_TAX', '增值税'),
          payable: yuan('540000.00'),
          paid: yuan('540000.00'),
          paidOn: '2026-01-15',
        }),
        expect.objectContaining({
          periodFrom: '2025-03-01',
          periodUntil: '2025-03-31',
          taxType: term('CONSUMPTION_TAX', '消费税'),
          payable: null,
          paid: yuan('1200.50'),
          paidOn: null,
        }),
      ],
    });
  });

  it('is filtered by year, tax and amount', async () => {
    const filtered = query.replace(
      'first: 12',
      'filter: { years: [2025], types: ["CONSUMPTION_TAX"], amount: { from: "1200" } }',
    );
    expect((await department(ownerOf(CODE), filtered)).payments).toMatchObject({ totalCount: 1 });
  });

  it.each([
    ['a visitor', viewerAs(), 'AUTHORIZATION_REQUIRED'],
    ['a bank without a grant', viewerAs({ role: 'BANK', purpose: 'PRE_LOAN_REVIEW' }), 'AUTHORIZATION_REQUIRED'],
    ['an official who does not say what for', { ...OFFICIAL, purpose: null }, 'FORBIDDEN'],
  ])('is null with the reason to %s, and not even counted', async (_who, viewer, code) => {
    city.statements.length = 0;
    const { payments, codes } = await department(viewer);
    expect({ payments, codes }).toEqual({ payments: null, codes: [code] });
    expect(city.statements.join()).not.toContain('tax_payments');
  });
});
