import { beforeEach, describe, expect, it } from 'vitest';
import { madeUpCode } from '../departments/submitted.ts';
import { TODAY, testCity } from '../support/city.ts';
import { codeOf, csv, subjectsFile } from './files.ts';

const city = await testCity();
const CODE = codeOf(1);
const NAME = '云泽晨光机械有限公司';
const STALL = madeUpCode('MA000002', '92');
const STALL_NAME = '云泽市临江区老周面馆';
const MARKET = '云泽市市场监督管理局';

const LICENCE =
  '行政相对人名称,统一社会信用代码,行政相对人类别,法定代表人,行政许可决定文书名称,行政许可决定文书号,许可类别,许可证书名称,许可编号,许可内容,许可决定日期,有效期自,有效期至,许可机关,当前状态';
const licence = (number: string, authority: string, validTo: string, status = '1'): readonly string[] => [
  NAME,
  CODE,
  '法人及非法人组织',
  '周某某',
  '准予行政许可决定书',
  number,
  '普通',
  '经营许可证',
  'XK990102',
  '准予经营',
  '2026-03-05',
  '2026-03-06',
  validTo,
  authority,
  status,
];
const ABNORMAL = '主体名称,统一社会信用代码,列入日期,列入原因,列入机关,移出日期,移出原因,移出机关';
const VIOLATION = '主体名称,统一社会信用代码,列入决定书文号,列入日期,列入原因,列入依据,列入机关,所属区县,移出日期';

await city.take(
  'credit.subject',
  subjectsFile([
    [NAME, CODE],
    [STALL_NAME, STALL],
  ]),
);
const reports = [
  await city.take(
    'market.licence',
    csv(
      LICENCE,
      licence('云市监许〔2026〕1号', MARKET, '2099-12-31'),
      licence('云市监许〔2026〕2号', MARKET, '2031-03-05', '撤销'),
    ),
  ),
  await city.take('tax.licence', csv(LICENCE, licence('云税许〔2026〕1号', '云泽市税务局', '2026-06-30'))),
  await city.take('environment.licence', csv(LICENCE, licence('云环许〔2026〕1号', '云泽市生态环境局', '2031-03-05'))),
  await city.take(
    'market.abnormal-operation',
    csv(
      ABNORMAL,
      [NAME, CODE, '2025-07-08', '通过登记的住所或者经营场所无法联系的', MARKET, '', '', ''],
      [NAME, CODE, '2023-07-08', '未按规定的期限公示年度报告', MARKET, '2024-03-01', '已补报', MARKET],
      [NAME, CODE, '2024-07-08', '未按规定的期限公示年度报告', MARKET, '2026-12-01', '已补报', MARKET],
      [STALL_NAME, STALL, '2025-07-10', '未按规定报送年度报告', MARKET, '', '', ''],
    ),
  ),
  await city.take(
    'market.serious-violation',
    csv(
      VIOLATION,
      [NAME, CODE, '云市监严列〔2025〕1号', '2025-05-20', '受到较重行政处罚', '令第44号第五条', MARKET, '临江区', ''],
      [NAME, CODE, '云市监严列〔2023〕1号', '2023-11-21', '受到较重行政处罚', '令第44号第五条', MARKET, '临江区', ''],
      [
        NAME,
        CODE,
        '云市监严列〔2024〕1号',
        '2024-05-20',
        '受到较重行政处罚',
        '令第44号第五条',
        MARKET,
        '临江区',
        '2025-06-01',
      ],
    ),
  ),
  await city.take(
    'market.spot-check',
    csv('主体名称,统一社会信用代码,抽查计划编号,抽查计划名称,抽查类型,抽查事项,抽查结果,检查日期,检查机关', [
      NAME,
      CODE,
      '云抽〔2026〕6号',
      '年报抽查',
      '双随机',
      '年度报告公示信息',
      '未按规定公示；发现问题已责令改正',
      '2026-05-11',
      MARKET,
    ]),
  ),
  await city.take(
    'market.annual-report',
    csv(
      '主体名称,统一社会信用代码,年报年度,年报日期,登记机关,营业总收入,利润总额,净利润,纳税总额,负债总额,资产总额,从业人数',
      [NAME, CODE, 2024, '2025-04-01', MARKET, '8731.5', '-36.25', '-36.25', '58.4', '2300', '2100', '42'],
      [NAME, CODE, 2025, '2026-04-18', MARKET, '9731.5', '12', '9', '61', '2200', '2400', '44'],
    ),
  ),
  await city.take(
    'environment.discharge-permit',
    csv('主体名称,排污许可证编号,行业类别,管理类别,发证日期,有效期限,发证机关,生产经营场所地址', [
      NAME,
      `${CODE}001P`,
      '速冻食品制造',
      '重点管理',
      '2024-06-18',
      '2024-07-01至2029-06-30',
      '云泽市生态环境局',
      '云泽市临江区工业路2号',
    ]),
  ),
];

beforeEach(() => city.setNow(TODAY));

const RECORD = `id counterpartName documentNumber decidedOn effectiveUntil isInForce marks version
  item { code title class frequency { code } department { code } } subject { id } authority { name } provider { name }
  publication { publishedOn endsOn }`;
const LICENCES = `licences { totalCount nodes { ${RECORD} counterpartCategory { code } legalRepresentativeName documentName
  licenceCategory { code label } certificateName certificateNumber content validFrom validTo status { code label } } }`;
const REMOVAL = 'removedOn removalReason removalAuthority { name creditCode }';
const PROFILE = `query($code: String!) { subject(identifier: $code) {
  market { ${LICENCES}
    abnormalOperationEntries { totalCount nodes { ${RECORD} form { code label } grounds { code label } reason ${REMOVAL} } }
    seriousViolationEntries { totalCount nodes { ${RECORD} reason legalBasis district { label } ${REMOVAL} } }
    spotCheckResults { totalCount nodes { ${RECORD} checkType { label } planName matters results { code label } } }
    annualReports { totalCount nodes { ${RECORD} year filedOn } } }
  tax { ${LICENCES} }
  environment { ${LICENCES}
    dischargePermits { totalCount nodes { ${RECORD} permitNumber industry { code label } managementCategory { label }
      validFrom validTo siteAddress } } } } }`;

/** The same facts of every record: what `RECORD` asks for. */
function record(item: object, own: object): object {
  return {
    id: expect.stringMatching(/^[\w-]{22}$/u),
    counterpartName: NAME,
    isInForce: true,
    marks: [],
    version: 1,
    subject: { id: CODE },
    authority: { name: MARKET },
    provider: { name: MARKET },
    effectiveUntil: null,
    item,
    ...own,
  };
}

const ownLicence = {
  counterpartCategory: { code: 'LEGAL_ENTITY' },
  legalRepresentativeName: '周某某',
  documentName: '准予行政许可决定书',
  licenceCategory: { code: '01', label: '普通' },
  certificateName: '经营许可证',
  certificateNumber: 'XK990102',
  content: '准予经营',
  validFrom: '2026-03-06',
  status: { code: 'VALID', label: '有效' },
  decidedOn: '2026-03-05',
  publication: { publishedOn: '2026-11-21', endsOn: null },
};
const item = (code: string, title: string, recordClass: string, frequency: string) => ({
  code,
  title,
  class: recordClass,
  frequency: { code: frequency },
  department: { code: code.split('.')[0] },
});
const stillListed = { removedOn: null, removalReason: null, removalAuthority: null };

describe('What market regulation and environment hold of a company', () => {
  it('is imported row by row', () => {
    expect(reports.map(({ rejected }) => rejected)).toEqual([0, 0, 0, 0, 0, 0, 0, 0]);
  });

  it('is read back by anybody, with all its public fields', async () => {
    const { data, errors, status } = await city.ask(PROFILE, { code: CODE });
    expect({ status, errors }).toEqual({ status: 200, errors: [] });
    const { market, tax, environment } = data.subject;
    const licenceItem = (code: string, title: string) => item(code, title, 'ADMINISTRATIVE', 'WITHIN_7_WORKING_DAYS');
    expect(market.licences).toEqual({
      totalCount: 1,
      nodes: [
        record(licenceItem('market.licence', '市场监督管理行政许可'), {
          ...ownLicence,
          documentNumber: '云市监许〔2026〕1号',
          validTo: null,
        }),
      ],
    });
    const taxOffice = { name: '云泽市税务局' };
    expect(tax.licences).toEqual({
      totalCount: 1,
      nodes: [
        record(licenceItem('tax.licence', '税务行政许可'), {
          ...ownLicence,
          documentNumber: '云税许〔2026〕1号',
          validTo: '2026-06-30',
          effectiveUntil: '2026-06-30',
          isInForce: false,
          authority: taxOffice,
          provider: taxOffice,
        }),
      ],
    });
    const bureau = { name: '云泽市生态环境局' };
    expect(environment.licences).toEqual({
      totalCount: 1,
      nodes: [
        record(licenceItem('environment.licence', '生态环境行政许可'), {
          ...ownLicence,
          documentNumber: '云环许〔2026〕1号',
          validTo: '2031-03-05',
          effectiveUntil: '2031-03-05',
          authority: bureau,
          provider: bureau,
        }),
      ],
    });
    expect(market.seriousViolationEntries).toEqual({
      totalCount: 2,
      nodes: [
        ['云市监严列〔2025〕1号', '2025-05-20', '2028-05-20'],
        ['云市监严列〔2023〕1号', '2023-11-21', '2026-11-21'],
      ].map(([documentNumber, decidedOn, end]) =>
        record(item('market.serious-violation', '市场监督管理严重违法失信名单', 'SERIOUS_DISHONESTY', 'DAILY'), {
          documentNumber,
          decidedOn,
          effectiveUntil: end,
          publication: { publishedOn: decidedOn, endsOn: end },
          reason: '受到较重行政处罚',
          legalBasis: '令第44号第五条',
          district: { label: '临江区' },
          ...stillListed,
        }),
      ),
    });
    expect(market.spotCheckResults).toEqual({
      totalCount: 1,
      nodes: [
        record(item('market.spot-check', '抽查检查结果', 'ADMINISTRATIVE', 'MONTHLY'), {
          documentNumber: '云抽〔2026〕6号',
          decidedOn: '2026-05-11',
          publication: { publishedOn: '2026-11-21', endsOn: null },
          checkType: { label: '双随机抽查' },
          planName: '年报抽查',
          matters: '年度报告公示信息',
          results: [
            { code: 'NOT_PUBLISHED_AS_REQUIRED', label: '未按规定公示应当公示的信息' },
            { code: 'CORRECTION_ORDERED', label: '发现问题已责令改正' },
          ],
        }),
      ],
    });
    expect(market.annualReports).toEqual({
      totalCount: 2,
      nodes: [
        [2025, '2026-04-18'],
        [2024, '2025-04-01'],
      ].map(([year, filedOn]) =>
        record(item('market.annual-report', '企业年度报告', 'OPERATION', 'YEARLY'), {
          documentNumber: null,
          decidedOn: null,
          publication: { publishedOn: filedOn, endsOn: null },
          year,
          filedOn,
        }),
      ),
    });
    expect(environment.dischargePermits).toEqual({
      totalCount: 1,
      nodes: [
        record(item('environment.discharge-permit', '排污许可证', 'ADMINISTRATIVE', 'ON_CHANGE'), {
          documentNumber: `${CODE}001P`,
          decidedOn: '2024-06-18',
          effectiveUntil: '2029-06-30',
          authority: bureau,
          provider: bureau,
          publication: { publishedOn: '2026-11-21', endsOn: null },
          permitNumber: `${CODE}001P`,
          industry: { code: 'C1432', label: '速冻食品制造' },
          managementCategory: { label: '重点管理' },
          validFrom: '2024-07-01',
          validTo: '2029-06-30',
          siteAddress: '云泽市临江区工业路2号',
        }),
      ],
    });
  });

  it('is an entry on the abnormal list as long as nobody removed it', async () => {
    const { data } = await city.ask(PROFILE, { code: CODE });
    const abnormal = item('market.abnormal-operation', '经营异常名录(状态)', 'ABNORMAL_OPERATION', 'DAILY');
    const entry = (decidedOn: string, endsOn: string | null, own: object) =>
      record(abnormal, {
        documentNumber: null,
        decidedOn,
        publication: { publishedOn: decidedOn, endsOn },
        form: { code: 'LISTED', label: '列入经营异常名录' },
        ...own,
      });
    expect(data.subject.market.abnormalOperationEntries).toEqual({
      totalCount: 2,
      nodes: [
        entry('2025-07-08', null, {
          grounds: [{ code: 'UNREACHABLE', label: '通过登记的住所或经营场所无法联系' }],
          reason: '通过登记的住所或者经营场所无法联系的',
          ...stillListed,
        }),
        // Its removal is decided, for a day to come.
        entry('2024-07-08', '2026-11-30', {
          grounds: [{ code: 'ANNUAL_REPORT_NOT_PUBLISHED', label: '未按规定期限公示（报送）年度报告' }],
          reason: '未按规定的期限公示年度报告',
          removedOn: '2026-12-01',
          removalReason: '已补报',
          removalAuthority: { name: MARKET, creditCode: null },
        }),
      ],
    });
  });

  it('of an individual business is a mark', async () => {
    const { data } = await city.ask(PROFILE, { code: STALL });
    const { nodes } = data.subject.market.abnormalOperationEntries;
    expect(nodes.map(({ form, counterpartName }: Record<string, unknown>) => [form, counterpartName])).toEqual([
      [{ code: 'MARKED', label: '标记为经营异常状态' }, STALL_NAME],
    ]);
  });
});

describe('Who was removed from a list, or whose term is over,', () => {
  const countsAt = async (instant: string) => {
    city.setNow(new Date(instant));
    const { data } = await city.ask(
      `query($code: String!) { subject(identifier: $code) { market {
        abnormalOperationEntries { totalCount nodes { decidedOn } } seriousViolationEntries { totalCount nodes { decidedOn } } } } }`,
      { code: CODE },
    );
    const { abnormalOperationEntries: abnormal, seriousViolationEntries: serious } = data.subject.market;
    expect([abnormal.nodes.length, serious.nodes.length]).toEqual([abnormal.totalCount, serious.totalCount]);
    return [abnormal.totalCount, serious.totalCount];
  };

  it('is no longer published on it from that day on', async () => {
    expect(await countsAt('2026-11-21T23:59:59+08:00')).toEqual([2, 2]);
    expect(await countsAt('2026-11-22T00:00:00+08:00')).toEqual([2, 1]);
    expect(await countsAt('2026-11-30T23:59:59+08:00')).toEqual([2, 1]);
    expect(await countsAt('2026-12-01T00:00:00+08:00')).toEqual([1, 1]);
  });

  it('is found by no filter either', async () => {
    const { data } = await city.ask(
      `query($code: String!) { subject(identifier: $code) { market {
        abnormalOperationEntries(filter: { decidedOn: { from: "2023-01-01", until: "2023-12-31" } }) { totalCount }
        unreachable: abnormalOperationEntries(filter: { types: ["UNREACHABLE"] }) { totalCount }
        seriousViolationEntries(filter: { decidedOn: { from: "2024-01-01", until: "2024-12-31" } }) { totalCount } } } }`,
      { code: CODE },
    );
    expect(data.subject.market).toEqual({
      abnormalOperationEntries: { totalCount: 0 },
      unreachable: { totalCount: 1 },
      seriousViolationEntries: { totalCount: 0 },
    });
  });

  it('was removed by a later file: the entry is gone from that day, at every instant', async () => {
    const answered = async (headers = {}) => {
      const question = `query($code: String!) { subject(identifier: $code) { market { abnormalOperationEntries { totalCount } } } }`;
      const { data } = await city.ask(question, { code: STALL }, headers);
      return data.subject.market.abnormalOperationEntries.totalCount;
    };
    const [clock] = await city.database.admin<{ now: string }[]>`select clock_timestamp() as now`;
    city.setNow(new Date(Date.now() + 60_000));
    expect(await answered()).toBe(1);
    city.setNow(TODAY);
    const report = await city.take(
      'market.abnormal-operation',
      csv(ABNORMAL, [STALL_NAME, STALL, '2025-07-10', '未按规定报送年度报告', MARKET, '2026-06-30', '已补报', MARKET]),
    );
    expect(report).toMatchObject({ added: 0, corrected: 1, rejected: 0 });
    city.setNow(new Date(Date.now() + 60_000));
    expect([await answered(), await answered({ 'credit-as-of': clock?.now })]).toEqual([0, 0]);
  });
});

describe('A withdrawn licence', () => {
  it('is absent, in the count too, and no filter finds it', async () => {
    const rows = await city.database.admin<{ id: string; withheld_reason: string | null }[]>`
      select id, withheld_reason from market.administrative_licences`;
    expect(rows.map((row) => row.withheld_reason).sort()).toEqual(['WITHDRAWN', null].sort());
    const { data } = await city.ask(
      `query($code: String!, $ids: [ID!]) { subject(identifier: $code) { market {
        licences(filter: { ids: $ids, types: ["01"] }) { totalCount nodes { documentNumber } } } } }`,
      { code: CODE, ids: rows.map(({ id }) => id) },
    );
    expect(data.subject.market.licences).toEqual({ totalCount: 1, nodes: [{ documentNumber: '云市监许〔2026〕1号' }] });
  });
});

describe('The figures of an annual report', () => {
  it('are kept, and no anonymous question may name them', async () => {
    const kept = await city.database.admin<{ revenue: string; profit: string; employees: number }[]>`
      select revenue, profit, employees from market.annual_reports order by year`;
    expect(kept.map((row) => ({ ...row }))).toEqual([
      { revenue: '87315000.00', profit: '-362500.00', employees: 42 },
      { revenue: '97315000.00', profit: '120000.00', employees: 44 },
    ]);
    const money = [
      'revenue',
      'mainBusinessRevenue',
      'profit',
      'netProfit',
      'taxesPaid',
      'assets',
      'liabilities',
      'equity',
    ];
    for (const field of [...money.map((name) => `${name} { amount }`), 'employees']) {
      const { status, data, text } = await city.ask(
        `query($code: String!) { subject(identifier: $code) { market { annualReports { nodes { ${field} } } } } }`,
        { code: CODE },
      );
      expect({ field, status, data }).toEqual({ field, status: 400, data: null });
      expect(text).not.toMatch(/8731|9731|3625|授权/u);
    }
  });

  it('stand in no introspection, and answer no filter of amounts', async () => {
    const { data } = await city.ask('{ __type(name: "AnnualReport") { fields { name } } }');
    const names = data.__type.fields.map(({ name }: { name: string }) => name);
    expect(names).toEqual(expect.arrayContaining(['year', 'filedOn']));
    expect(names).not.toEqual(expect.arrayContaining(['revenue']));
    expect(names.filter((name: string) => /profit|revenue|tax|asset|liab|equity|employ/iu.test(name))).toEqual([]);
    const answer = await city.ask(
      `query($code: String!) { subject(identifier: $code) { market {
        annualReports(filter: { amount: { from: "1" } }) { totalCount } one: annualReports(filter: { years: [2025] }) { totalCount } } } }`,
      { code: CODE },
    );
    expect(answer.data.subject.market).toEqual({ annualReports: { totalCount: 0 }, one: { totalCount: 1 } });
  });
});
