import { beforeEach, describe, expect, it } from 'vitest';
import { TODAY, testCity } from '../support/city.ts';
import { codeOf, csv, PENALTIES, penalty, RATINGS, subjectsFile } from './files.ts';

const city = await testCity();
const CLEAN = codeOf(1);
const HIDDEN = codeOf(2);
const ENDING = codeOf(3);
const OFFICE = '云泽市税务局';
const UNSEEN = codeOf(90);
const SEEN = codeOf(91);

await city.take(
  'credit.subject',
  subjectsFile([
    ['云泽晨光机械有限公司', CLEAN],
    ['云泽暮雨木业有限公司', HIDDEN],
    ['云泽春汛船务有限公司', ENDING],
  ]),
);
await city.take(
  'tax.credit-rating',
  csv(
    RATINGS,
    ...['B', 'C', 'D', 'M'].map((grade, index) => ['云泽暮雨木业有限公司', HIDDEN, 2021 + index, grade, OFFICE]),
    // The name is none of this code's subject.
    ['云泽别人有限公司', HIDDEN, 2020, 'A', OFFICE],
  ),
);
await city.take(
  'market.penalty',
  csv(
    PENALTIES,
    penalty('云泽暮雨木业有限公司', HIDDEN, '云市监罚〔2024〕1号', '2024-03-01', 0),
    penalty('云泽暮雨木业有限公司', HIDDEN, '云市监罚〔2021〕2号', '2021-03-01', 900, '2024-03-01'),
    penalty('云泽春汛船务有限公司', ENDING, '云市监罚〔2024〕3号', '2024-03-01', 900, '2026-11-30'),
    penalty('云泽春汛船务有限公司', ENDING, '云市监罚〔2024〕4号', '2024-04-01', 900, '2027-11-30'),
  ),
);
await city.take(
  'courts.dishonest-debtor',
  csv(
    '被执行人姓名或名称,统一社会信用代码,案号,执行法院,立案时间,生效法律文书确定的义务,履行情况,失信行为具体情形,发布时间',
    [
      '云泽春汛船务有限公司',
      ENDING,
      '(2026)云9901执12号',
      '云泽市中级人民法院',
      '2026-01-05',
      '支付货款',
      '全部未履行',
      '有履行能力而拒不履行生效法律文书确定义务',
      '2026-12-01',
    ],
  ),
);

await city.take(
  'environment.penalty',
  csv(
    `${PENALTIES},公开属性`,
    ...['授权查询', '政务共享', '不予公开', '没有这一属性'].map((publicity, index) => [
      ...penalty('云泽暮雨木业有限公司', HIDDEN, `云环罚〔2024〕${index}号`, `2024-05-0${index + 1}`, 500),
      publicity,
    ]),
  ),
);

beforeEach(() => city.setNow(TODAY));

const LISTS = `
  tax { creditRatings { totalCount nodes { id } edges { cursor } pageInfo { hasNextPage endCursor } } arrears { totalCount } }
  market { penalties { totalCount nodes { id documentNumber } edges { cursor } pageInfo { hasNextPage endCursor } } }
  courts { dishonestDebtorEntries { totalCount nodes { id } } }
  environment { penalties { totalCount nodes { id } } }`;
const NOTHING = { totalCount: 0, nodes: [], edges: [], pageInfo: { hasNextPage: false, endCursor: null } };

describe('To an anonymous visitor', () => {
  it('warnings, ended publications, ratings below A and rows under a wrong name are absent, not hidden', async () => {
    const { data, errors } = await city.ask(`{ subject(identifier: "${HIDDEN}") { ${LISTS} } }`);
    expect(errors).toEqual([]);
    expect(data.subject.tax.creditRatings).toEqual(NOTHING);
    expect(data.subject.market.penalties).toEqual(NOTHING);
    expect(data.subject.environment.penalties).toEqual({ totalCount: 0, nodes: [] });
  });

  it.each(['isLatest: true', 'years: [2020, 2021, 2022]', 'grades: ["A", "B", "C", "D", "M"]', 'isInForce: true'])(
    'no filter finds them: %s',
    async (filter) => {
      const { data } = await city.ask(
        `{ subject(identifier: "${HIDDEN}") { tax { creditRatings(filter: { ${filter} }) { totalCount nodes { id } } } } }`,
      );
      expect(data.subject.tax.creditRatings).toEqual({ totalCount: 0, nodes: [] });
    },
  );

  it('not even who knows their ids', async () => {
    const rows = await city.database.admin<{ id: string }[]>`
      select id from tax.tax_credit_ratings union all select id from market.administrative_penalties
      union all select id from environment.administrative_penalties`;
    const ids = rows.map(({ id }) => id);
    expect(ids).toHaveLength(13);
    const { data } = await city.ask(
      `query ($ids: [ID!]) { subject(identifier: "${HIDDEN}") {
        tax { creditRatings(filter: { ids: $ids }) { totalCount nodes { id } } }
        market { penalties(filter: { ids: $ids }) { totalCount nodes { id } } }
        environment { penalties(filter: { ids: $ids }) { totalCount nodes { id } } }
      } }`,
      { ids },
    );
    expect(data.subject.tax.creditRatings).toEqual({ totalCount: 0, nodes: [] });
    expect(data.subject.market.penalties).toEqual({ totalCount: 0, nodes: [] });
    expect(data.subject.environment.penalties).toEqual({ totalCount: 0, nodes: [] });
  });

  it('a record is there on the last day of its publication and absent on the next', async () => {
    const numbers = async (instant: string) => {
      city.setNow(new Date(instant));
      const { data } = await city.ask(`{ subject(identifier: "${ENDING}") { ${LISTS} } }`);
      const { totalCount, nodes } = data.subject.market.penalties;
      expect(nodes).toHaveLength(totalCount);
      return nodes.map((node: { documentNumber: string }) => node.documentNumber);
    };
    expect(await numbers('2026-11-30T23:59:59+08:00')).toEqual(['云市监罚〔2024〕4号', '云市监罚〔2024〕3号']);
    expect(await numbers('2026-12-01T00:00:00+08:00')).toEqual(['云市监罚〔2024〕4号']);
  });

  it('a record is absent until the day of its publication', async () => {
    const count = async (instant: string) => {
      city.setNow(new Date(instant));
      const { data } = await city.ask(`{ subject(identifier: "${ENDING}") { ${LISTS} } }`);
      return data.subject.courts.dishonestDebtorEntries.totalCount;
    };
    expect(await count('2026-11-30T23:59:59+08:00')).toBe(0);
    expect(await count('2026-12-01T00:00:00+08:00')).toBe(1);
  });
});

describe('A field above PUBLIC', () => {
  const ask = (field: string) =>
    city.ask(`{ subject(identifier: "${CLEAN}") { tax { creditRatings { nodes { ${field} } } } } }`);

  it.each(['score', 'scores', 'scor', 'Score'])('is refused like one that never was: %s', async (field) => {
    const never = await ask(field.replace(/[^s]$/u, 'x').replace(/s$/u, 'z'));
    const asked = await ask(field);
    expect(asked.status).toBe(400);
    const withoutName = (text: string) => text.replaceAll(/\b[sS]cor\w+\b|\bsco\w+\b/gu, '…');
    expect(withoutName(asked.text)).toBe(withoutName(never.text));
    if (field !== 'score') expect(asked.text).not.toMatch(/\bscore\b/u);
  });

  it('stands in no introspection, nor do the ways of departments', async () => {
    const { text, data } = await city.ask(
      `{ __schema { mutationType { name } types { name fields { name args { name } } inputFields { name } enumValues { name } }
         directives { name } } rating: __type(name: "TaxCreditRating") { fields { name } }
         mutation: __type(name: "Mutation") { name } any: __type(name: "_Entity") { name } }`,
    );
    expect(data.rating.fields.map((field: { name: string }) => field.name)).toContain('taxOffice');
    expect(data).toMatchObject({ __schema: { mutationType: null }, mutation: null, any: null });
    expect(text).not.toMatch(/registerSubjects|SubjectReference|RegistrationOutcome|_entities|_service|"AUTHORIZED/u);
    // How alike two names are is no rating of anybody.
    const scored = data.__schema.types.filter((type: { fields: readonly { name: string }[] | null }) =>
      type.fields?.some((field) => field.name === 'score'),
    );
    expect(scored.map((type: { name: string }) => type.name)).toEqual(['SubjectMatch']);
    expect(data.__schema.directives.map((one: { name: string }) => one.name)).toContain('asOf');
    expect(data.__schema.directives.map((one: { name: string }) => one.name)).not.toContain('access');
  });

  it('cannot be reached by a fragment, an alias or the interface of records', async () => {
    for (const field of ['score: score', '... on TaxCreditRating { score }', '... on CreditRecord { score }'])
      expect((await ask(field)).status).toBe(400);
  });

  it('and there is no mutation to register subjects', async () => {
    const { status, errors, data } = await city.ask('mutation { registerSubjects(references: []) { outcome } }');
    expect({ status, data, code: errors[0]?.extensions.code }).toEqual({
      status: 400,
      data: null,
      code: 'BAD_USER_INPUT',
    });
    expect((await city.ask('{ _service { sdl } _entities(representations: []) { __typename } }')).status).toBe(400);
  });
});

describe('A company that only hidden rows name', () => {
  it('does not exist for callers, until a public row or the registry names it', async () => {
    const question = `query($code: String!) { subject(identifier: $code) { id name isVerified identifiers { value }
      market { penalties { totalCount } } } subjects(search: "云泽无影") { totalCount } }`;
    await city.take(
      'market.penalty',
      csv(PENALTIES, penalty('云泽无影有限公司', UNSEEN, '云市监罚〔2026〕90号', '2026-03-01', 0)),
    );
    const unseen = await city.ask(question, { code: UNSEEN });
    const unknown = await city.ask(question, { code: codeOf(92) });
    expect(unseen.text).toBe(unknown.text);
    await city.take(
      'market.penalty',
      csv(
        PENALTIES,
        penalty('云泽无影有限公司', UNSEEN, '云市监罚〔2026〕91号', '2026-03-01', 900),
        penalty('云泽有影有限公司', SEEN, '云市监罚〔2026〕92号', '2026-03-01', 900),
      ),
    );
    for (const [code, name] of [
      [UNSEEN, '云泽无影有限公司'],
      [SEEN, '云泽有影有限公司'],
    ]) {
      const { data } = await city.ask(question, { code });
      expect(data.subject).toMatchObject({
        id: code,
        name,
        isVerified: false,
        market: { penalties: { totalCount: 1 } },
      });
    }
  });
});

describe('A record that was found to be another company’s', () => {
  it('is gone from the first company at every instant', async () => {
    const [wrong, right] = [codeOf(93), codeOf(94)];
    const row = (code: string) =>
      csv(PENALTIES, penalty('云泽移花有限公司', code, '云市监罚〔2026〕93号', '2026-03-01', 900));
    await city.take('market.penalty', row(wrong));
    const [clock] = await city.database.admin<{ now: string }[]>`select clock_timestamp() as now`;
    await city.take('market.penalty', row(right));
    city.setNow(new Date(Date.now() + 60_000));
    const question = 'query($code: String!) { subject(identifier: $code) { market { penalties { totalCount } } } }';
    const countOf = async (code: string, headers = {}) =>
      (await city.ask(question, { code }, headers)).data.subject?.market.penalties.totalCount;
    expect([await countOf(wrong), await countOf(right)]).toEqual([0, 1]);
    expect(await countOf(wrong, { 'credit-as-of': clock?.now })).toBe(0);
  });
});
