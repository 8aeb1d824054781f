import { beforeEach, describe, expect, it } from 'vitest';
import { anonymousViewer, type Viewer } from '../../platform/viewer/viewer.ts';
import { TODAY, testCity } from '../support/city.ts';
import { OFFICIAL } from '../support/viewers.ts';
import { allFields } from './all-fields.ts';
import { codeOf, csv, subjectsFile } from './files.ts';

const city = await testCity();
const [OWES, CLEAN, UNKNOWN, METERED] = [codeOf(301), codeOf(302), codeOf(303), codeOf(304)];
const NAME = '云泽青禾食品有限公司';

await city.take(
  'credit.subject',
  subjectsFile([
    [NAME, OWES],
    ['云泽晨光机械有限公司', CLEAN],
  ]),
);
await city.take(
  'labour.wage-arrears',
  csv(
    '用人单位名称,统一社会信用代码,列入事由,列入依据,列入决定书文号,列入日期,列入机关,拖欠金额(元),涉及人数,移出日期,移出原因,移出决定书文号',
    ...[
      ['云人社欠薪列〔2025〕3号', '2025-06-30', 864000, 23, '', '', ''],
      ['云人社欠薪列〔2025〕9号', '2025-09-30', '', '', '2026-10-08', '信用修复', '云人社欠薪移〔2026〕1号'],
      ['云人社欠薪列〔2023〕1号', '2023-11-20', 1000, 1, '', '', ''],
    ].map(([number, day, owed, persons, ...removal]) => [
      NAME,
      OWES,
      '拖欠农民工工资,逾期未支付',
      '《保障农民工工资支付条例》第四十八条',
      number ?? '',
      day ?? '',
      '云泽市人力资源和社会保障局',
      owed ?? '',
      persons ?? '',
      ...removal,
    ]),
  ),
);
const INSURANCE = '参保单位名称,统一社会信用代码,费款所属期,险种,参保状态,参保人数,应缴金额,实缴金额,欠缴金额,经办机构';
await city.take(
  'labour.social-insurance',
  csv(
    INSURANCE,
    [NAME, OWES, '202602', '养老保险', '正常', 45, 36000, 36000, 0, '云泽市社会保险事业中心'],
    [NAME, OWES, '202603', '养老保险', '暂停', 44, 35200, 30000, 5200, '云泽市社会保险事业中心'],
  ),
);
const BILLS = '户名,统一社会信用代码,户号,用电地址,月份,缴费类别,用量,应缴金额,违约金,欠费期数,欠费金额,供电企业';
await city.take(
  'utilities.payment',
  csv(
    BILLS,
    [NAME, OWES, 'U-55671', '望湖路8号', '202603', '电费', '12345.60', 9876.5, 12.3, 2, 19753, '云泽供电公司'],
    [NAME, OWES, 'U-55672', '望湖路9号', '202603', '电费', '10', 8, '', 0, 0, '云泽供电公司'],
    ['云泽有表有限公司', METERED, 'U-90001', '望湖路10号', '202603', '电费', '10', 8, '', 0, 0, '云泽供电公司'],
  ),
);

beforeEach(() => city.setNow(TODAY));

const VISITOR: Viewer = anonymousViewer({ today: '2026-11-21', known: null, requestId: 'labour-and-utilities' });
const AUTHORIZED: Viewer = OFFICIAL;

/** What a department says of a subject to a viewer, as the gateway would ask it. */
async function slice(department: string, selection: string, viewer: Viewer, id = OWES) {
  const query = `query Q($of: [_Any!]!) { _entities(representations: $of) { ... on Subject { ${selection} } } }`;
  const question = { query, operationName: 'Q', variables: { of: [{ __typename: 'Subject', id }] } };
  const transport = city.city.transports.get(department);
  const answer = await transport?.ask(question, viewer, AbortSignal.timeout(30_000));
  const [subject] = (answer?.data?._entities ?? []) as readonly Record<string, unknown>[];
  // biome-ignore lint/suspicious/noExplicitAny: an answer is what the question made of it
  return { subject: JSON.parse(JSON.stringify(subject)) as any, errors: answer?.errors ?? [] };
}

const COMMON = {
  id: expect.any(String),
  subject: { id: OWES },
  counterpartName: NAME,
  documentNumber: null,
  decidedOn: null,
  effectiveUntil: null,
  isInForce: true,
  marks: [],
  version: 1,
  recordedAt: expect.any(String),
};

describe('The list of employers that owe wages', () => {
  it('is answered to everybody, every field of it', async () => {
    const { data, errors } = await city.ask(
      `{ subject(identifier: "${OWES}") { name labour { wageArrearsListings { totalCount nodes ${allFields(city, 'labour', 'WageArrearsListing')} } } } }`,
    );
    expect(errors).toEqual([]);
    const authority = { name: '云泽市人力资源和社会保障局', creditCode: null };
    expect(data.subject).toEqual({
      name: NAME,
      labour: {
        wageArrearsListings: {
          totalCount: 1,
          nodes: [
            {
              ...COMMON,
              item: {
                code: 'labour.wage-arrears',
                title: '拖欠农民工工资失信联合惩戒对象名单',
                department: { code: 'labour', label: '人力资源和社会保障部门' },
                class: 'SERIOUS_DISHONESTY',
                basis: [
                  '《保障农民工工资支付条例》(国务院令第724号)第四十八条',
                  '《拖欠农民工工资失信联合惩戒对象名单管理暂行办法》(人力资源和社会保障部令第45号)',
                ],
                frequency: { code: 'ON_CHANGE', label: '变化时' },
              },
              provider: authority,
              authority,
              documentNumber: '云人社欠薪列〔2025〕3号',
              decidedOn: '2025-06-30',
              effectiveUntil: '2028-06-30',
              publication: {
                publishedOn: '2025-06-30',
                deadline: null,
                endsOn: '2028-06-30',
                repairEligibleFrom: null,
                isProvisional: true,
              },
              reason: '拖欠农民工工资,逾期未支付',
              legalBasis: '《保障农民工工资支付条例》第四十八条',
              amountOwed: { amount: '864000.00', currency: 'CNY' },
              personsConcerned: 23,
              removedOn: null,
              removalReason: null,
              removalDocumentNumber: null,
            },
          ],
        },
      },
    });
  });

  it('no longer holds who was removed, or whose three years are over: on the last day it did', async () => {
    const numbers = async (instant: string) => {
      city.setNow(new Date(instant));
      const { data } = await city.ask(
        `{ subject(identifier: "${OWES}") { labour { wageArrearsListings { totalCount nodes { documentNumber } } } } }`,
      );
      const { totalCount, nodes } = data.subject.labour.wageArrearsListings;
      expect(nodes).toHaveLength(totalCount);
      return nodes.map((node: { documentNumber: string }) => node.documentNumber);
    };
    const [removed, first, ended] = ['云人社欠薪列〔2025〕9号', '云人社欠薪列〔2025〕3号', '云人社欠薪列〔2023〕1号'];
    expect(await numbers('2026-10-07T12:00:00+08:00')).toEqual([removed, first, ended]);
    expect(await numbers('2026-10-08T12:00:00+08:00')).toEqual([first, ended]);
    expect(await numbers('2026-11-20T12:00:00+08:00')).toEqual([first, ended]);
    expect(await numbers('2026-11-21T00:00:00+08:00')).toEqual([first]);
  });

  it('says of a company that is not on it that it is not', async () => {
    const { data, errors } = await city.ask(
      `{ subject(identifier: "${CLEAN}") { labour { wageArrearsListings { totalCount nodes { id } } } } }`,
    );
    expect({ data, errors }).toEqual({
      data: { subject: { labour: { wageArrearsListings: { totalCount: 0, nodes: [] } } } },
      errors: [],
    });
  });
});

describe('What needs authorization', () => {
  it('never looks like none to a visitor: there is no such field, as there never was one of another name', async () => {
    for (const [asked, never] of [
      ['utilities { payments { totalCount } }', 'utilitiez { payments { totalCount } }'],
      ['labour { socialInsurance { totalCount } }', 'labour { socialInsurancf { totalCount } }'],
    ] as const) {
      const [one, other] = await Promise.all(
        [asked, never].map((selection) => city.ask(`{ subject(identifier: "${OWES}") { ${selection} } }`)),
      );
      expect(one?.status).toBe(400);
      expect(one?.text.replace(/utilities|socialInsurance/gu, '…')).toBe(
        other?.text.replace(/utilitiez|socialInsurancf/gu, '…'),
      );
    }
  });

  it('stands in no introspection, nor do the types that only it leads to', async () => {
    const { data, text } = await city.ask(
      `{ __schema { types { name fields { name } possibleTypes { name } } } bill: __type(name: "UtilityPayment") { name }
         records: __type(name: "CreditRecord") { possibleTypes { name } } }`,
    );
    expect(data.bill).toBeNull();
    expect(data.records.possibleTypes.map(({ name }: { name: string }) => name)).toContain('WageArrearsListing');
    expect(text).not.toMatch(/utilit|UtilityPayment|socialInsurance|SocialInsurance|Quantity/u);
  });

  it.each([
    ['utilities', 'utilities { payments { totalCount } }', () => ({ utilities: null })],
    [
      'labour',
      'labour { socialInsurance { totalCount } wageArrearsListings { totalCount } }',
      (totalCount: number) => ({ labour: { socialInsurance: null, wageArrearsListings: { totalCount } } }),
    ],
  ])(
    'is null with the reason at the door of %s, of who has records and of who has none',
    async (department, selection, expected) => {
      for (const [id, listings] of [
        [OWES, 1],
        [CLEAN, 0],
      ] as const) {
        const { subject, errors } = await slice(department, selection, VISITOR, id);
        expect(subject).toEqual(expected(listings));
        expect(errors.map(({ extensions }) => extensions?.code)).toEqual(['AUTHORIZATION_REQUIRED']);
      }
    },
  );

  it('does not make a company known that nothing else names', async () => {
    const question =
      'query($code: String!) { subject(identifier: $code) { id name } subjects(search: "云泽有表") { totalCount } }';
    const [metered, unknown] = [
      await city.ask(question, { code: METERED }),
      await city.ask(question, { code: UNKNOWN }),
    ];
    expect(metered.text).toBe(unknown.text);
    expect(metered.data).toEqual({ subject: null, subjects: { totalCount: 0 } });
  });

  it('is answered to who may see it: social insurance, every field, newest month first', async () => {
    const selection = `labour { socialInsurance { totalCount nodes ${allFields(city, 'labour', 'SocialInsurancePayment')} } }`;
    const { subject, errors } = await slice('labour', selection, AUTHORIZED);
    expect(errors).toEqual([]);
    const { totalCount, nodes } = subject.labour.socialInsurance;
    expect([totalCount, nodes.map(({ month }: { month: number }) => month)]).toEqual([2, [3, 2]]);
    const agency = { name: '云泽市社会保险事业中心', creditCode: null };
    expect(nodes[0]).toEqual({
      ...COMMON,
      item: expect.objectContaining({ code: 'labour.social-insurance', class: 'OPERATION' }),
      provider: agency,
      authority: agency,
      publication: expect.objectContaining({ endsOn: null }),
      year: 2026,
      month: 3,
      insuranceType: { code: 'PENSION', label: '基本养老保险' },
      unitStatus: { code: 'SUSPENDED', label: '暂停缴费' },
      insuredPersons: 44,
      payable: { amount: '35200.00', currency: 'CNY' },
      paid: { amount: '30000.00', currency: 'CNY' },
      arrears: { amount: '5200.00', currency: 'CNY' },
    });
  });

  it('is answered to who may see it: water, power and gas, every field, two meters as two records', async () => {
    const selection = `utilities { payments { totalCount nodes ${allFields(city, 'utilities', 'UtilityPayment')} } }`;
    const { subject, errors } = await slice('utilities', selection, AUTHORIZED);
    expect(errors).toEqual([]);
    expect(subject.utilities.payments.totalCount).toBe(2);
    const company = { name: '云泽供电公司', creditCode: null };
    expect(subject.utilities.payments.nodes).toContainEqual({
      ...COMMON,
      item: expect.objectContaining({ code: 'utilities.payment', title: '水电气缴费' }),
      provider: company,
      authority: company,
      publication: expect.objectContaining({ endsOn: null }),
      year: 2026,
      month: 3,
      utility: { code: 'POWER', label: '供电' },
      quantity: { value: '12345.6', unit: { code: 'KILOWATT_HOUR', label: '千瓦时' } },
      amount: { amount: '9876.50', currency: 'CNY' },
      lateFee: { amount: '12.30', currency: 'CNY' },
      arrearsPeriods: 2,
      arrears: { amount: '19753.00', currency: 'CNY' },
    });
  });

  it('is filtered by year, kind and amount for who may see it', async () => {
    const count = async (filter: string) =>
      (await slice('utilities', `utilities { payments(filter: { ${filter} }) { totalCount } }`, AUTHORIZED)).subject
        .utilities.payments.totalCount;
    expect(await count('years: [2026], types: ["POWER"]')).toBe(2);
    expect(await count('types: ["WATER"]')).toBe(0);
    expect(await count('amount: { from: "9000" }')).toBe(1);
  });

  it('is kept without account numbers and addresses, in every column of every row', async () => {
    const rows = await city.database.admin<{ whole: string }[]>`
      select row_to_json(r)::text as whole from utilities.utility_payments r
      union all select row_to_json(f)::text from utilities.feed f union all select row_to_json(i)::text from utilities.imports i`;
    expect(rows.length).toBeGreaterThan(3);
    expect(rows.map(({ whole }) => whole).join()).not.toMatch(/U-5567|望湖路/u);
  });

  it('and the same file again changes nothing', async () => {
    const row = ['202603', '电费', '10', 8, '', 0, 0, '云泽供电公司'];
    const report = await city.take('utilities.payment', csv(BILLS, [NAME, OWES, 'U-55672', '望湖路11号', ...row]));
    expect(report).toMatchObject({ rows: 1, unchanged: 1, rejected: 0 });
  });
});
