import { describe, expect, it } from 'vitest';
import { testCity } from '../support/city.ts';
import { allFields } from './all-fields.ts';
import { codeOf, csv, subjectsFile } from './files.ts';

const city = await testCity();
const [MADE, NONE, WATCHED] = [codeOf(311), codeOf(312), codeOf(313)];
const NAME = '云泽青禾食品有限公司';

await city.take(
  'credit.subject',
  subjectsFile([
    [NAME, MADE],
    ['云泽晨光机械有限公司', NONE],
  ]),
);
const OFFICE = '云泽市行政审批局';
const COMMITMENTS =
  '承诺人名称,统一社会信用代码,承诺类型,承诺事由,承诺内容,做出承诺日期,承诺有效期,违诺责任,承诺受理单位,承诺履行状态,认定文号,履行认定日期,是否公开';
await city.take(
  'credit.commitment',
  csv(
    COMMITMENTS,
    ...[
      ['审批替代型', '食品经营许可', '2026-03-05', '部分履行', '云审违诺〔2026〕1号', '2026-09-01', '是'],
      ['主动型', '诚信经营', '2026-04-05', '', '', '', '是'],
      ['信用修复型', '行政处罚修复', '2026-05-05', '', '', '', '否'],
      ['容缺受理型', '补正材料', '2026-06-05', '', '', '', '政务共享'],
    ].map(([type = '', matter = '', day = '', ...rest]) => [
      ...[NAME, MADE, type, matter, '严格依法经营。', day, '长期', '撤销许可。', OFFICE],
      ...rest,
    ]),
  ),
);
const LISTINGS = '主体名称,统一社会信用代码,名单名称,列入事由,列入依据,认定文号,列入日期,列入部门';
await city.take(
  'credit.serious-dishonesty-listing',
  csv(LISTINGS, [
    NAME,
    MADE,
    '统计严重失信企业',
    '提供不真实资料',
    '统计法',
    '云统〔2026〕1号',
    '2026-03-05',
    '市统计局',
  ]),
);
const watched = (name: string, code: string) => [
  name,
  code,
  '重点关注名单',
  '较轻失信行为',
  '领域标准',
  '',
  '2026-03-06',
  '市商务局',
];
await city.take(
  'credit.key-attention-listing',
  csv(LISTINGS, watched(NAME, MADE), watched('云泽受关注有限公司', WATCHED)),
);

describe('Credit commitments', () => {
  it('that are public are answered to everybody, every field of them; the others are absent, counted nowhere', async () => {
    const { data, errors } = await city.ask(
      `{ subject(identifier: "${MADE}") { commitments { totalCount nodes ${allFields(city, 'credit', 'CreditCommitment')} } } }`,
    );
    expect(errors).toEqual([]);
    const { totalCount, nodes } = data.subject.commitments;
    expect([totalCount, nodes.map(({ matter }: { matter: string }) => matter)]).toEqual([
      2,
      ['诚信经营', '食品经营许可'],
    ]);
    expect(nodes[1]).toEqual({
      id: expect.any(String),
      item: expect.objectContaining({
        code: 'credit.commitment',
        title: '信用承诺及履行情况信息',
        department: { code: 'credit', label: '信用办' },
        class: 'COMMITMENT',
        basis: ['国办发〔2019〕35号', '国家标准《经营主体信用承诺实施指南》(2025年12月1日起实施)'],
        frequency: { code: 'ON_CHANGE', label: '变化时' },
      }),
      subject: { id: MADE },
      counterpartName: NAME,
      provider: { name: OFFICE, creditCode: null },
      authority: { name: OFFICE, creditCode: null },
      documentNumber: null,
      decidedOn: '2026-03-05',
      effectiveUntil: null,
      isInForce: true,
      publication: expect.objectContaining({ endsOn: null }),
      marks: [],
      version: 1,
      recordedAt: expect.any(String),
      commitmentType: { code: 'APPROVAL_REPLACING', label: '审批替代型' },
      matter: '食品经营许可',
      content: '严格依法经营。',
      breachLiability: '撤销许可。',
      fulfilment: { code: 'PARTLY_FULFILLED', label: '部分履行' },
      fulfilmentDecidedOn: '2026-09-01',
      fulfilmentDocumentNumber: '云审违诺〔2026〕1号',
    });
  });

  it('are found by their type, the hidden ones by none', async () => {
    const count = async (type: string) => {
      const { data } = await city.ask(
        `{ subject(identifier: "${MADE}") { commitments(filter: { types: ["${type}"] }) { totalCount } } }`,
      );
      return data.subject.commitments.totalCount;
    };
    expect([await count('VOLUNTARY'), await count('CREDIT_REPAIR'), await count('DEFERRED_DOCUMENTS')]).toEqual([
      1, 0, 0,
    ]);
  });

  it('lead back to their subject, and of a subject that made none there are none', async () => {
    const { data } = await city.ask(
      `{ made: subject(identifier: "${MADE}") { commitments(first: 1) { nodes { subject { name } } pageInfo { hasNextPage } } }
         none: subject(identifier: "${NONE}") { commitments { totalCount nodes { id } } } }`,
    );
    expect(data).toEqual({
      made: { commitments: { nodes: [{ subject: { name: NAME } }], pageInfo: { hasNextPage: true } } },
      none: { commitments: { totalCount: 0, nodes: [] } },
    });
  });
});

describe('The list that an entry stands on', () => {
  it('is told with its eight parts, its source and its time of force', async () => {
    const { data, errors } = await city.ask(
      `{ subject(identifier: "${MADE}") { listings { totalCount nodes { decidedOn listType ${allFields(city, 'credit', 'ListType')} } } } }`,
    );
    expect(errors).toEqual([]);
    expect(data.subject.listings).toEqual({
      totalCount: 1,
      nodes: [
        {
          decidedOn: '2026-03-05',
          listType: {
            code: 'STATISTICS',
            legalName: '统计严重失信企业',
            legacyName: '统计黑名单',
            polarity: { code: 'SERIOUS_DISHONESTY', label: '严重失信' },
            basis: ['统计严重失信企业信用管理办法(国家统计局令第35号)'],
            isNational: true,
            field: { code: 'STATUTORY_DUTIES', label: '拒不履行法定义务严重影响司法机关、行政机关公信力' },
            issuer: '国家统计局',
            scope: '依法负有统计资料报送义务的企业',
            criteria: expect.stringContaining('虚假统计数据'),
            authorityLevel: '县级以上人民政府统计机构',
            procedure: expect.stringContaining('听取陈述申辩'),
            channels: ['统计机构门户网站', '国家企业信用信息公示系统', '信用中国'],
            objection: expect.stringContaining('异议'),
            removal: expect.stringContaining('移出'),
            measures: ['列为重点检查对象', '推送相关部门依法惩戒'],
            validFrom: '2022-05-20',
            validTo: null,
            source: expect.stringContaining('待与原文核对'),
            isVerified: false,
          },
        },
      ],
    });
  });

  it('of key attention is shown to no visitor, by no filter, and makes no company known', async () => {
    const { data } = await city.ask(
      `{ subject(identifier: "${MADE}") { listings(filter: { types: ["KEY_ATTENTION"] }) { totalCount nodes { id } } }
         watched: subject(identifier: "${WATCHED}") { id } }`,
    );
    expect(data).toEqual({ subject: { listings: { totalCount: 0, nodes: [] } }, watched: null });
    const [kept] = await city.database.admin<{ count: string }[]>`
      select count(*) from credit.listings where access_level = 'GOVERNMENT'`;
    expect(kept?.count).toBe('2');
  });
});
